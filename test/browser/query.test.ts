import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);

const BODY = 'ON: One. She held the doors open. Three.\n\nTN: A small courtesy, given without a thought.';

async function aReader() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY, title: 'A morning' });
  const courtesy = await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy' });
  const waiting = await aTheme(t.owner, cast.study.id, { by, name: 'Waiting' });
  return { ...cast, by, note, courtesy, waiting };
}

test('a search · finds a passage, which gets a theme on the spot, and the search stays as it was', async () => {
  const cast = await aReader();
  const page = await browser.open(cast.researcher);
  await page.goto(`${cast.study.path}/search`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('searchbox', { name: 'Words in the notes' }).fill('"held the doors"');
  await page.keyboard.press('Enter');
  await page.locator('.app-hit mark', { hasText: 'held the doors' }).waitFor();
  await page.getByText('Code it here').click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Theme', { exact: true }).fill('Courtsey');
  await page.getByRole('button', { name: 'Code', exact: true }).click();
  await page.getByRole('alert').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Theme', { exact: true }).fill('Courtesy');
  await page.getByRole('button', { name: 'Code', exact: true }).click();
  await page.getByText('The passage is coded with “Courtesy”.').waitFor();
  expect(await page.locator('.app-hit__theme').textContent()).toBe('Courtesy');
  expect(await page.getByRole('searchbox', { name: 'Words in the notes' }).inputValue()).toBe('"held the doors"');
  expect(await t.owner('codings').where({ note_id: cast.note.id }).pluck('quote')).toEqual([
    'She held the doors open.',
  ]);
  await page.getByRole('searchbox', { name: 'Words in the notes' }).fill('courtsey');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Themes and agencies with a name like this' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
}, 120_000);

test('a query · is made, run and saved by one, its chart downloaded, and run again by a colleague', async () => {
  const cast = await aReader();
  await aCoding(t.owner, cast.study.id, { note: cast.note, themeId: cast.courtesy.id, by: cast.by, start: 9, end: 33 });
  await aCoding(t.owner, cast.study.id, { note: cast.note, themeId: cast.waiting.id, by: cast.by, start: 13, end: 40 });
  const page = await browser.open(cast.researcher);
  await page.goto(`${cast.study.path}/queries`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Ask about themes' }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  const sides = page.locator('.app-query__side');
  await sides.nth(0).getByLabel('Courtesy').check();
  await page.getByLabel('and, on the same words').check();
  await sides.nth(1).getByLabel('Waiting').check();
  await page.getByRole('button', { name: 'Find passages' }).click();
  await page.locator('.app-extract__quote', { hasText: 'held the doors open.' }).waitFor();
  expect(await page.locator('.app-extract__quote').allTextContents()).toEqual(['held the doors open.']);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Save this query for the team, as').fill('Courteous waiting');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Courteous waiting' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('link', { name: 'Chart by agency and phase' }).click();
  await page.getByRole('heading', { level: 1, name: 'Passages by agency and phase' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const [format, begins] of [
    ['SVG', '<svg '],
    ['PNG', '\u0089PNG'],
    ['CSV', 'agency,'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: format }).click(),
    ]);
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, begins.length).toString('latin1')).toBe(begins);
  }

  const colleague = await browser.open(cast.colleague);
  await colleague.goto(`${cast.study.path}/queries`);
  expect(await accessibilityFaults(colleague)).toEqual([]);
  await colleague.getByRole('link', { name: 'Courteous waiting' }).click();
  expect(await colleague.locator('.app-extract__quote').allTextContents()).toEqual(['held the doors open.']);
  await colleague.getByRole('link', { name: 'Change the query' }).click();
  await colleague.getByRole('heading', { level: 1, name: 'Change the query' }).waitFor();
  expect(await accessibilityFaults(colleague)).toEqual([]);
}, 120_000);
