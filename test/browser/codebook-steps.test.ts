import { expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { aMemo, aMerge, aVersion } from '../support/codebook-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);

test('a theme · is merged, the merge read in the history and reversed, and the theme split by keyboard and mouse', async () => {
  const { study, visit, researcher } = await aFullStudy(t.owner);
  const by = researcher.membershipId;
  const lifts = await aTheme(t.owner, study.id, { by, name: 'Lifts', position: 1 });
  await aTheme(t.owner, study.id, { by, name: 'Practical support', position: 2 });
  const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'The kitchen' });
  await aCoding(t.owner, study.id, { note, themeId: lifts.id, by, start: 4, end: 20 });
  const page = await browser.open(researcher);

  await page.goto(`${study.path}/themes/${lifts.id}`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Merge', exact: true }).click();
  await page.getByLabel('Merge it into').selectOption({ label: '2 Practical support' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('merged “Lifts” into “Practical support”: 1 coding moved.').waitFor();

  await page.getByRole('link', { name: 'History', exact: true }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page
    .getByRole('link', { name: 'The whole history' })
    .or(page.getByRole('button', { name: 'Reverse step 1' }))
    .first()
    .waitFor();
  await page.goto(`${study.path}/codebook/steps`);
  await page.getByRole('button', { name: 'Reverse step 1' }).click();
  await page.getByText('The step is reversed.').waitFor();
  expect(await page.locator('.app-step__sentence').allTextContents()).toHaveLength(2);
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.goto(`${study.path}/themes/${lifts.id}`);
  await page.getByRole('link', { name: 'Split', exact: true }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('New theme 1').first().fill('Lifts home');
  await page.locator('.app-split__choice').nth(1).click();
  await page.getByLabel('New theme 1').first().press('Enter');
  await page.getByText('split “Lifts home” off “Lifts”: 1 coding moved.').waitFor();
  await page.getByRole('link', { name: 'Lifts home' }).first().click();
  await page.getByText('Write a memo').click();
  await page.getByLabel('Memo', { exact: true }).fill('Not the same as a bus ticket.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Keep the memo' }).click();
  await page.locator('.app-memo__body', { hasText: 'bus ticket' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
}, 120_000);

test('every page of the codebook’s history, versions and memos · has no fault that axe can find and does not scroll sideways · at 320 px with long words', async () => {
  const { study, visit, researcher } = await aFullStudy(t.owner);
  const by = researcher.membershipId;
  const long = 'Connectedness'.repeat(12);
  const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title: long, body: `ON: ${long}` });
  const theme = await aTheme(t.owner, study.id, { by, name: long });
  const coding = await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 160 });
  await aMerge(t.owner, study.id, { by, coding });
  await aVersion(t.owner, study.id, { by });
  const memo = await aMemo(t.owner, study.id, { by, codingId: coding.id, body: long });
  const plain = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'The kitchen' });
  await aMemo(t.owner, study.id, { by, noteId: plain.id, body: long });
  const page = await browser.open(researcher, { viewport: { width: 320, height: 640 } });
  const pages = [
    'codebook',
    'codebook/steps',
    'codebook/versions',
    'codebook/comparison?from=1',
    `themes/${theme.id}/merge`,
    `themes/${theme.id}/split`,
    'memos',
    `memos/${memo.id}/edit`,
    `notes/${plain.id}`,
  ];
  for (const path of pages) {
    await page.goto(`${study.path}/${path}`);
    expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect([path, tooWide]).toEqual([path, 0]);
  }
}, 120_000);
