import { expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { docxOf, word } from '../imports/documents.ts';

const t = useTestApp();
const browser = useBrowser(t);
const file = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

test('three documents · are sent, looked at, given a visit, and become notes; and a codebook is merged', async () => {
  const { study, researcher } = await aFullStudy(t.owner);
  await aTheme(t.owner, study.id, { by: researcher.membershipId, name: 'Trust', position: 1 });
  const page = await browser.open(researcher);
  // Whatever else the machine is doing, documents are read sooner than this.
  page.setDefaultTimeout(60_000);

  await page.goto(`${study.path}/imports/new`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page
    .getByLabel('Documents', { exact: true })
    .setInputFiles([
      file('Morning.txt', 'ON: Tea first.\nTN: Slow is good.'),
      file('plan.md', '# Plan'),
      file('Visit.docx', await docxOf([word.paragraph('ON: The kettle was on.')])),
    ]);
  await page.getByRole('button', { name: 'Read the documents' }).click();
  await page.getByRole('heading', { name: 'What each becomes' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Morning', exact: true }).click();
  expect(await page.locator('.app-import-text p').allTextContents()).toEqual(['ON: Tea first.', 'TN: Slow is good.']);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'All documents' }).click();
  await page.getByLabel('Which visit are they about?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Give them this visit' }).click();
  await page.getByRole('button', { name: 'Make 3 notes' }).click();
  await page.getByText('3 notes were made.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Visit', exact: true }).click();
  await page.getByText('The kettle was on.').first().waitFor();

  await page.goto(`${study.path}/codebook/imports/new`);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page
    .getByLabel('Codebook', { exact: true })
    .setInputFiles(file('themes.csv', 'name,parent,definition\nTrust,,Counting on others\nKin,Trust,Family\n'));
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByLabel('Take over from the file what is ticked below').check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take in what is chosen' }).click();
  await page.getByText('1 theme was added, 1 theme was changed.').waitFor();
  const themes = await t.owner('themes').where({ study_id: study.id }).orderBy('name').select('name', 'definition');
  expect(themes).toEqual([
    { name: 'Kin', definition: 'Family' },
    { name: 'Trust', definition: 'Counting on others' },
  ]);
}, 150_000);
