import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { selecting } from '../coding/coded-study.ts';

const t = useTestApp();
const browser = useBrowser(t);

const BODY = [
  'ON: Worker 1 held the door for Member 4. "After you," she said, and they laughed.',
  'TN: A small courtesy, given without a thought.',
  'ON: Later they washed up together and spoke of the allotment.',
].join('\n\n');

let cast: Awaited<ReturnType<typeof aFullStudy>>;
let path: string;
let theme: { id: string; name: string };

beforeEach(async () => {
  cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY });
  path = `${cast.study.path}/notes/${note.id}`;
  theme = await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy' });
});

const marked = (page: Page, of = theme) => page.locator(`mark.theme-${of.id}`).allTextContents();
const items = (page: Page) => page.locator('#coding-list > [data-coding] blockquote').allTextContents();
const shows = (page: Page, words: string) => page.locator(`mark.theme-${theme.id}`, { hasText: words }).waitFor();

async function openAs(person: { email: string; password: string }): Promise<Page> {
  const page = await browser.open(person);
  const listening = page.waitForResponse((answer) => answer.url().endsWith('/live'));
  await page.goto(`${path}/coding`);
  await listening;
  return page;
}

async function code(session: BrowserSession, words: string, of = theme): Promise<string> {
  const sent = selecting(words, [of], BODY);
  const answer = await session.json('post', `${path}/codings`, sent);
  if (answer.status !== 200) throw new Error(`coding answered ${answer.status}: ${answer.text}`);
  return sent.ids[0]!;
}

describe('two people at one note', () => {
  test('each sees what the other codes and removes, and a new theme with its colour, without a page load', async () => {
    const [mine, theirs] = [await openAs(cast.researcher), await openAs(cast.colleague)];
    const [me, they] = [
      await BrowserSession.as(t.app, cast.researcher),
      await BrowserSession.as(t.app, cast.colleague),
    ];
    await mine.evaluate(() => Object.assign(window, { sameDocument: true }));
    await code(me, 'the door');
    const removed = await code(they, 'washed up together');
    for (const page of [mine, theirs]) {
      await shows(page, 'washed up together');
      await shows(page, 'the door');
      expect(await items(page)).toEqual(['the door', 'washed up together']);
    }
    await they.json('post', `${cast.study.path}/codings/${removed}/removal`, {});
    await mine.locator('mark', { hasText: 'washed up' }).waitFor({ state: 'detached' });
    expect(await items(mine)).toEqual(['the door']);
    expect(await mine.locator('[data-codings-count]').textContent()).toBe('1');

    const made = await aTheme(t.owner, cast.study.id, {
      by: cast.lead.membershipId,
      name: 'Laughter',
      colour: '#d4351c',
    });
    await code(they, 'they laughed', made);
    const mark = mine.locator(`mark.theme-${made.id}`);
    await mark.waitFor();
    expect(await mark.textContent()).toBe('they laughed');
    await until(() => mark.evaluate((element) => getComputedStyle(element).getPropertyValue('--theme') === '#d4351c'));
    expect(await mine.evaluate(() => 'sameDocument' in window)).toBe(true);
    expect(await accessibilityFaults(mine)).toEqual([]);
  });

  test('a connection cut and back · nothing is missed and nothing doubled', async () => {
    const page = await openAs(cast.researcher);
    const they = await BrowserSession.as(t.app, cast.colleague);
    const first = await code(they, 'the door');
    await shows(page, 'the door');
    await page.context().setOffline(true);
    await code(they, 'small courtesy');
    await they.json('post', `${cast.study.path}/codings/${first}/removal`, {});
    await code(they, 'the allotment');
    await page.context().setOffline(false);
    await shows(page, 'the allotment');
    expect(await marked(page)).toEqual(['small courtesy', 'the allotment']);
    expect(await items(page)).toEqual(['small courtesy', 'the allotment']);
  });

  test('a stream refused while the server starts · is asked for again, and brings what happened meanwhile', async () => {
    const page = await browser.open(cast.researcher);
    let isStarting = true;
    await page.route('**/live', (route) => (isStarting ? route.fulfill({ status: 503 }) : route.fallback()));
    const refused = page.waitForResponse((answer) => answer.url().endsWith('/live') && answer.status() === 503);
    await page.goto(`${path}/coding`);
    await refused;
    isStarting = false;
    await code(await BrowserSession.as(t.app, cast.colleague), 'the allotment');
    await shows(page, 'the allotment');
  });

  test('words selected while a colleague codes the same paragraph · stay selected', async () => {
    const page = await openAs(cast.researcher);
    await page.evaluate(() => {
      const text = document.querySelector('#p3 [data-text]')!.lastChild!;
      const at = text.textContent!.indexOf('washed up');
      getSelection()!.setBaseAndExtent(text, at, text, at + 'washed up'.length);
    });
    await code(await BrowserSession.as(t.app, cast.colleague), 'the allotment');
    await shows(page, 'the allotment');
    expect(await page.evaluate(() => getSelection()!.toString())).toBe('washed up');
  });
});
