import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aCodedStudy, KINDS } from '../pictures/a-drawn-study.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test.each([375, 1440])(
  'every picture · is drawn, has no fault that axe can find, and fits its window · at %i px',
  async (width) => {
    const cast = await aCodedStudy(t);
    const page = await browser.open(cast.lead, { viewport: { width, height: 900 } });
    await page.goto(`${cast.path}/analysis`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Pictures', exact: true }).click();
    await page.waitForURL(/\/pictures$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const kind of KINDS) {
      await page.goto(`${cast.path}/pictures/${kind}`);
      // A picture that the browser could not read has no breadth.
      const drawn = await page.locator('.app-picture img').evaluate((image: HTMLImageElement) => image.naturalWidth);
      expect([kind, drawn > 100, drawn <= width]).toEqual([kind, true, true]);
      expect([kind, await overflow(page)]).toEqual([kind, 0]);
      expect([kind, await accessibilityFaults(page)]).toEqual([kind, []]);
    }
  },
  240_000,
);

test('a cell · leads to the extracts behind it, and a chart is downloaded as SVG, PNG and CSV', async () => {
  const cast = await aCodedStudy(t);
  const page = await browser.open(cast.researcher);
  await page.goto(`${cast.path}/pictures`);
  await page.getByRole('link', { name: 'Themes by agency' }).click();
  await page.getByText('codings for every 1,000 words').click();
  await page.getByRole('button', { name: 'Draw' }).click();
  await page.getByRole('cell', { name: '200 for 1,000 words: 4 codings' }).waitFor();

  for (const [format, begins] of [
    ['SVG', '<svg '],
    ['PNG', '\u0089PNG'],
    ['CSV', 'theme,'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: format }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`^themes-by-agency-[\\d-]+\\.${format.toLowerCase()}$`));
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, begins.length).toString('latin1')).toBe(begins);
  }

  await page.getByRole('cell', { name: '200 for 1,000 words: 4 codings' }).getByRole('link').click();
  await page.getByText('4 codings in 2 notes from 1 agency, by 2 coders').waitFor();
  expect(await page.locator('.app-extract').count()).toBe(4);
  expect(await page.locator('.app-chosen__tag').allTextContents()).toEqual([
    expect.stringContaining('Connecting'),
    expect.stringContaining(cast.agency.name),
  ]);
});

test.each([375, 768, 1440])('a square · is opened by choosing it in the picture · at %i px', async (width) => {
  const cast = await aCodedStudy(t);
  const page = await browser.open(cast.researcher, { viewport: { width, height: 900 } });
  await page.goto(`${cast.path}/pictures/themes-by-agency`);
  const square = page.locator('.app-picture__links:visible a').first();
  expect(await square.locator('title').textContent()).toBe(`Connecting, ${cast.agency.name}: 4 codings`);
  await square.locator('rect').click();
  await page.getByText('4 codings in 2 notes from 1 agency, by 2 coders').waitFor();
});

test('two themes · lead to the passages in which they meet', async () => {
  const cast = await aCodedStudy(t);
  const page = await browser.open(cast.researcher, { viewport: { width: 375, height: 800 } });
  await page.goto(`${cast.path}/pictures/themes-together`);
  await page.getByText('in the same note').first().click();
  await page.getByRole('button', { name: 'Draw' }).click();
  await page.getByRole('link', { name: /^1 pairs of/ }).click();
  await page.getByText('1 pair of codings in the same note').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await page
    .getByRole('link', { name: /Open the note at this passage/ })
    .first()
    .click();
  await page.waitForURL(/\/coding#passage-/);
});
