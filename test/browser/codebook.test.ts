import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let themes: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  themes = `${cast.study.path}/themes`;
});

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const shown = (page: Page) => page.locator('.app-theme__name a').allTextContents();

test('the codebook · is begun, filled, rearranged by keyboard, and a theme removed and brought back · from an empty study', async () => {
  const page = await browser.open(cast.researcher);
  await page.goto(themes);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Add the first theme' }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Name').fill('Networks');
  await page.locator('[name="otherColour"]').fill('#123456');
  expect(await page.locator('[data-other-colour]').isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Add the theme' }).click();
  await page.getByText('Colour: #123456').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const name of ['Family', 'Friends', 'Places']) {
    await page.goto(`${themes}/new`);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Add the theme' }).click();
    await page.locator('h1', { hasText: name }).waitFor();
  }

  await page.goto(`${themes}?arrange=yes`);
  expect(await accessibilityFaults(page)).toEqual([]);
  const places = page.getByRole('button', { name: /^Up.*Places/ });
  await places.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/moved=/);
  // The focus is where it was, so that pressing Enter again goes on.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Up');
  expect(await shown(page)).toEqual(['Networks', 'Family', 'Places', 'Friends']);
  const loaded = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await loaded;
  expect(await shown(page)).toEqual(['Networks', 'Places', 'Family', 'Friends']);
  await page.getByRole('button', { name: /^In.*Places/ }).click();
  await page.waitForURL(/way=in/);
  await page.getByRole('link', { name: 'Done' }).click();
  await page.locator('.app-theme .app-theme a', { hasText: 'Places' }).waitFor();

  await page.getByRole('link', { name: 'Networks', exact: true }).click();
  await page.getByRole('button', { name: 'Remove it and its 1 sub-theme' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  expect(await shown(page)).toEqual(['Family', 'Friends', 'Networks']);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('“Networks” is back, with its 1 sub-theme.').waitFor();
}, 120_000);

describe('on a telephone', () => {
  test('every page of the codebook · has no fault that axe can find and does not scroll sideways · at 320 px with long words', async () => {
    const { study, visit, researcher } = cast;
    const by = researcher.membershipId;
    const long = 'Connectedness'.repeat(12);
    let parentId: string | null = null;
    for (let level = 1; level <= 10; level += 1)
      parentId = (await aTheme(t.owner, study.id, { by, parentId, name: `${level} ${long}`, position: 9 })).id;
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title: long });
    await aCoding(t.owner, study.id, { note, themeId: parentId!, by, start: 4, end: 20 });
    const page = await browser.open(researcher, { viewport: { width: 320, height: 640 } });
    for (const path of ['', '?arrange=yes', '/new', `/${parentId}`, `/${parentId}/edit`]) {
      await page.goto(`${themes}${path}`);
      expect([path, await accessibilityFaults(page)]).toEqual([path, []]);
      expect([path, await overflow(page)]).toEqual([path, 0]);
    }
  }, 120_000);
});
