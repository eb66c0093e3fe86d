import { expect, jest, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { aNoteInHand } from '../notes/a-note-in-hand.ts';
import { newId } from '../../server/shared/ids.ts';
import { aParticipant, aPerson } from '../support/builders.ts';
import { useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';

jest.setTimeout(90_000);
const t = useTestApp();
const browser = useBrowser(t);
const PHONE = { width: 375, height: 800 };
const TABLET = { width: 768, height: 900 };

async function boxOf(place: Locator) {
  const box = await place.boundingBox();
  if (!box) throw new Error(`nothing to be seen of ${String(place)}`);
  return { ...box, right: box.x + box.width, bottom: box.y + box.height, middle: box.y + box.height / 2 };
}

/** How many lines the words of an element take. */
const linesOf = (place: Locator) =>
  place.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size;
  });

const openAt = (person: { email: string; password: string }, viewport: typeof PHONE): Promise<Page> =>
  browser.open(person, { viewport });

test('the lead’s progress · stands one cell below the other, each with its phase · on a phone', async () => {
  const { lead, study, agency, phase } = await aNoteInHand(t);
  const page = await openAt(lead, PHONE);
  await page.goto(study.path);
  const cell = page.locator('.app-progress tbody td').first();
  expect(await cell.getAttribute('data-label')).not.toBe('');
  const name = await boxOf(page.locator('.app-progress tbody th', { hasText: agency.name }));
  expect((await boxOf(cell)).y).toBeGreaterThanOrEqual(name.bottom);
  expect(await cell.evaluate((td) => getComputedStyle(td, '::before').content)).toContain(
    String((await t.owner('phases').where({ id: phase.id }).first('name')).name),
  );
  // Nothing marks a cell without words.
  expect(await cell.evaluate((td) => getComputedStyle(td).boxShadow)).toBe('none');
});

test('a picture among the files · has its name and “Take off” on one line · on a phone', async () => {
  const { researcher, path } = await aNoteInHand(t);
  const page = await openAt(researcher, PHONE);
  await page.goto(`${path}/attachments`);
  const square = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 300 });
    return canvas.toDataURL('image/png').split(',')[1]!;
  });
  await page.locator('input[type=file][multiple]').waitFor();
  await page
    .locator('#file')
    .setInputFiles({ name: 'board.png', mimeType: 'image/png', buffer: Buffer.from(square, 'base64') });
  await page.getByRole('button', { name: 'Add the file' }).click();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.app-attachments__image')?.naturalWidth);
  const facts = await boxOf(page.locator('.app-attachments__facts').first());
  const takeOff = await boxOf(page.getByRole('button', { name: 'Take off board.png' }));
  expect(takeOff.middle).toBeGreaterThan(facts.y);
  expect(takeOff.middle).toBeLessThan(facts.bottom);
});

test.each([PHONE, TABLET])(
  'a participant · keeps what can be done beside the name · at $width px',
  async (viewport) => {
    const { researcher, study, agency } = await aNoteInHand(t);
    await aParticipant(t.owner, study.id, agency.id, { pseudonym: 'Service user 12', consent: 'no-objection' });
    const page = await openAt(researcher, viewport);
    await page.goto(`${study.path}/agencies/${agency.id}`);
    const row = page.locator('li', { has: page.getByRole('link', { name: 'Change Service user 12' }) });
    const main = await boxOf(row.locator('.app-home-list__main'));
    for (const one of [row.getByRole('link', { name: 'Change' }), row.getByRole('button')]) {
      const place = await boxOf(one);
      expect(place.middle).toBeGreaterThan(main.y);
      expect(place.middle).toBeLessThan(main.bottom);
    }
  },
);

test('the lead’s menu · takes one line · on a tablet', async () => {
  const { lead, study } = await aNoteInHand(t);
  const page = await openAt(lead, TABLET);
  await page.goto(study.path);
  const tops = await page
    .locator('#navigation > li')
    .evaluateAll((items) => items.map((item) => Math.round(item.getBoundingClientRect().top)));
  expect(new Set(tops).size).toBe(1);
});

test('an address on the page of people · is not broken within a word · on a tablet', async () => {
  const administrator = await aPerson(t.owner, { isAdministrator: true });
  const email = 'margaret.featherstone@university.example';
  await aPerson(t.owner, { email });
  const page = await openAt(administrator, TABLET);
  await page.goto('/people');
  expect(await linesOf(page.locator('.app-people__address', { hasText: email }))).toBe(1);
});

test('the buttons of a note · keep their words on one line · on a tablet', async () => {
  const { researcher, session, path } = await aNoteInHand(t);
  await session.post(`${path}/completion`);
  const page = await openAt(researcher, TABLET);
  await page.goto(path);
  const [first, second] = await Promise.all(
    ['Open the note again', 'Remove the note'].map((name) => boxOf(page.getByRole('button', { name }))),
  );
  expect(await linesOf(page.getByRole('button', { name: 'Open the note again' }))).toBe(1);
  expect(first!.y).toBe(second!.y);
});

test.each([PHONE, TABLET])(
  'an export in the list · keeps its numbers apart from what is said of them · at $width px',
  async (viewport) => {
    const { researcher, study } = await aNoteInHand(t);
    await t.owner('exports').insert({
      id: newId(),
      study_id: study.id,
      number: 1,
      requested_by: researcher.membershipId,
      filter: JSON.stringify({ read: [] }),
      format: 'csv',
      row_count: 678,
      byte_length: 10,
      sha256: 'a'.repeat(64),
      completed_at: new Date(),
      raw_extracts: 678,
      raw_notes: 30,
    });
    const page = await openAt(researcher, viewport);
    await page.goto(`${study.path}/exports`);
    const rows = page.locator('td[data-label=Rows]');
    expect((await rows.innerText()).split('\n')).toEqual(['678', expect.stringContaining('not de-identified')]);
  },
);

test('buttons with a form each · are as wide as the page · on a phone', async () => {
  const { researcher, study } = await aNoteInHand(t);
  const page = await openAt(researcher, PHONE);
  page.setDefaultTimeout(60_000);
  await page.goto(`${study.path}/imports/new`);
  await page
    .getByLabel('Documents', { exact: true })
    .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('ON: Tea.') });
  await page.getByRole('button', { name: 'Read the documents' }).click();
  const away = page.getByRole('button', { name: 'Throw the documents away' });
  await away.waitFor();
  const { width } = await boxOf(page.locator('main'));
  expect((await boxOf(away)).width).toBe(width);
});
