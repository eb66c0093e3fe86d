import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aParticipant, aTheme, sha256 } from '../support/builders.ts';
import { fill, oneOfEach } from '../support/one-of-each.ts';
import { routesOf } from '../support/routes.ts';
import { useTestApp } from '../support/test-app.ts';
import { selectByMouse } from './select-words.ts';

// The whole way: from a site visit to coded extracts and to what the agency reads.

const t = useTestApp();
const browser = useBrowser(t);
let cast: Awaited<ReturnType<typeof aFullStudy>>;
beforeAll(async () => {
  cast = await aFullStudy(t.owner, { name: 'Connecting People' });
  await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Member 4' });
  const by = cast.lead.membershipId;
  const processes = await aTheme(t.owner, cast.study.id, { by, name: 'Connecting people processes' });
  await aTheme(t.owner, cast.study.id, { by, name: 'Engagement through activities', parentId: processes.id });
});

const noFaults = async (page: Page) => expect(await accessibilityFaults(page)).toEqual([]);
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a visit is recorded, its note written and coded, the extracts exported, and a summary read by the agency alone', async () => {
  // The researcher, on a phone: the visit.
  const phone = await browser.open(cast.researcher, { viewport: { width: 375, height: 720 } });
  await phone.goto(cast.study.path);
  await phone.getByRole('link', { name: 'Record a visit' }).click();
  await phone.getByRole('link', { name: cast.agency.name }).click();
  await phone.getByLabel('Phase').selectOption({ label: cast.phase.name });
  await phone.getByLabel('Setting').fill('The allotment behind the mill');
  await phone.getByLabel('Date', { exact: true }).fill('2011-11-14');
  await phone.getByLabel('From').fill('10:00');
  await phone.getByLabel('To', { exact: true }).fill('12:30');
  await phone.getByLabel(/^Member 4/).selectOption({ label: 'Consented' });
  await noFaults(phone);
  await phone.getByRole('button', { name: 'Save the visit' }).click();

  // The note, with a photo.
  await phone.getByRole('button', { name: 'Write the note' }).click();
  await phone.waitForURL(/\/notes\/[^/]+\/edit$/);
  const note = new URL(phone.url()).pathname.replace(/\/edit$/, '');
  await phone.getByLabel('Title').fill('Beans & <b>rain</b>');
  await phone
    .getByRole('textbox', { name: 'Note' })
    .fill(
      'ON: Member 4 showed Worker 1 how to tie the beans 🌱. =Nobody= spoke of illness.\n\nTN: Hands busy, talk easy.',
    );
  await phone.getByText(/^Saved \d\d:\d\d/).waitFor();
  await noFaults(phone);
  await phone.getByLabel('Add a file').setInputFiles({ name: 'beans.png', mimeType: 'image/png', buffer: PNG });
  await phone.getByRole('button', { name: 'Add the file' }).click();
  await phone.getByText('kept with the note', { exact: true }).waitFor();
  await phone.goto(`${note}/attachments`);
  await phone.getByRole('img', { name: 'beans.png' }).waitFor();
  expect(await phone.evaluate(() => [...document.images].every((image) => image.naturalWidth > 0))).toBe(true);
  await noFaults(phone);
  await phone.goto(`${note}/edit`);
  await phone.getByRole('button', { name: 'Save and finish' }).click();
  await phone.getByText('Finished').first().waitFor();
  await noFaults(phone);

  // At the desk: coding.
  const desk = await browser.open(cast.researcher, { viewport: { width: 1440, height: 900 } });
  await desk.goto(`${note}/coding`);
  await selectByMouse(desk, 'showed Worker 1 how to tie the beans 🌱. =Nobody=');
  await desk.keyboard.type('engagement');
  await desk.keyboard.press('Enter');
  await desk.getByRole('status').filter({ hasText: 'Coded with “Engagement through activities”.' }).waitFor();
  await selectByMouse(desk, '=Nobody= spoke of illness');
  await desk.keyboard.type('connecting');
  await desk.keyboard.press('Enter');
  await desk.getByRole('status').filter({ hasText: 'Coded with “Connecting people processes”.' }).waitFor();

  // The PI: extracts by theme, its sub-themes included, and the export.
  const lead = await browser.open(cast.lead, { viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  await lead.goto(`${cast.study.path}/extracts`);
  await lead.getByLabel('Connecting people processes', { exact: true }).check();
  await lead.getByRole('button', { name: 'Apply', exact: true }).click();
  await lead.getByText('2 codings in 1 note from 1 agency').waitFor();
  await noFaults(lead);
  await lead.getByRole('button', { name: 'Make the export' }).click();
  const download = lead.waitForEvent('download');
  await lead.getByRole('link', { name: 'Download the file' }).click();
  const file = await readFile(await (await download).path());
  const rows: Record<string, string>[] = parse(file, { columns: true, bom: true });
  expect(rows).toHaveLength(2);
  const values = rows.map((row) => Object.values(row));
  expect(values[0]).toEqual(
    expect.arrayContaining([
      'showed Worker 1 how to tie the beans 🌱. =Nobody=',
      'Connecting people processes > Engagement through activities',
      cast.agency.code,
      'Beans & <b>rain</b>',
    ]),
  );
  // A spreadsheet would take this one for a formula.
  expect(values[1]).toEqual(expect.arrayContaining(["'=Nobody= spoke of illness"]));
  await lead.goto(`${cast.study.path}/exports`);
  await lead
    .getByRole('link', { name: /Export 1/ })
    .first()
    .click();
  await lead.getByText(sha256(file)).waitFor();
  await noFaults(lead);

  // The summary.
  await lead.goto(`${cast.study.path}/summaries`);
  await lead.getByRole('link', { name: `For ${cast.agency.name}` }).click();
  await lead.getByLabel('Title').fill('What we saw on the allotment');
  await lead
    .getByRole('textbox', { name: 'Summary' })
    .fill('## Beans\n\nPeople **teach** each other. <script>alert(1)</script>');
  await lead.getByRole('button', { name: 'Save and preview' }).click();
  await lead.getByRole('heading', { name: 'Beans' }).waitFor();
  const staff = await browser.open(cast.staff, { viewport: { width: 768, height: 1024 } });
  await staff.goto(cast.study.path);
  await staff.getByText('Nothing has been published for you yet.').waitFor();
  await lead.getByRole('button', { name: `Publish to ${cast.agency.name}` }).click();
  await lead.getByText('Published', { exact: true }).waitFor();
  await noFaults(lead);

  // The agency's staff read it, and find nothing else anywhere.
  await staff.goto('/');
  await noFaults(staff);
  await staff.getByRole('link', { name: 'What we saw on the allotment' }).click();
  await staff.getByText('teach each other. <script>alert(1)</script>').waitFor();
  await noFaults(staff);
  const ids = { ...(await oneOfEach(t, cast)), note: note.split('/').at(-1)! };
  const allowed = ['/', '/account', '/studies/:study', '/studies/:study/publications/:publication'];
  const elsewhere = routesOf(t.app)
    .filter((route) => /^GET \/(studies|people)/.test(route))
    .map((route) => route.slice('GET '.length))
    .filter((path) => !allowed.includes(path));
  expect(elsewhere.length).toBeGreaterThan(30);
  for (const path of elsewhere) expect([path, (await staff.goto(fill(path, ids)))?.status()]).toEqual([path, 404]);
}, 180_000);
