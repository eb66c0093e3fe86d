import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { newId } from '../../server/shared/ids.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { placeOf, selectByMouse } from './select-words.ts';

const t = useTestApp();
const browser = useBrowser(t);

const BODY = [
  'ON: Worker 1 held the door 👋🏽 for Member 4. "After you," she said, and they laughed.',
  'TN: Cafe\u0301 as a שלום place? A small courtesy, given without a thought.',
  'ON: Later they washed up together and spoke of the allotment.',
].join('\n\n');

let cast: Awaited<ReturnType<typeof aFullStudy>>;
let note: { id: string; revisionId: string };
let path: string;
const themes: Record<string, { id: string; name: string }> = {};

beforeEach(async () => {
  cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY, title: 'A morning' });
  path = `${cast.study.path}/notes/${note.id}/coding`;
  themes.skills = await aTheme(t.owner, cast.study.id, { by, name: 'Worker skills' });
  themes.courtesy = await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy', parentId: themes.skills.id });
  themes.food = await aTheme(t.owner, cast.study.id, { by, name: 'Café life' });
});

function quotes(): Promise<string[]> {
  return t
    .owner('codings')
    .where({ note_id: note.id })
    .whereNull('removed_at')
    .orderBy('start_position')
    .orderBy('quote')
    .pluck('quote');
}

const marked = (page: Page, theme: { id: string }) => page.locator(`mark.theme-${theme.id}`).allTextContents();
const said = (page: Page, words: string | RegExp) => page.getByRole('status').filter({ hasText: words }).waitFor();

describe('coding in a browser', () => {
  test('words selected with the mouse · get two themes without a page load, stay after a reload, and can be undone and redone', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await selectByMouse(page, 'the door 👋🏽 for');
    const filter = page.getByRole('combobox', { name: 'Find a theme' });
    expect(await filter.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('court');
    expect(await page.locator('#picker-list > li').allTextContents()).toEqual([
      expect.stringContaining('Courtesy'),
      '+Make the theme “court”',
    ]);
    await page.keyboard.press('Control+Space');
    await page.keyboard.type('cafe');
    await page.keyboard.press('Enter');
    await said(page, 'Coded with “Courtesy” and “Café life”.');
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
    expect(await marked(page, themes.courtesy!)).toEqual(['the door 👋🏽 for']);
    expect(await quotes()).toEqual(['the door 👋🏽 for', 'the door 👋🏽 for']);
    expect(await page.getByRole('link', { name: 'Courtesy you' }).count()).toBe(1);

    await page.reload();
    expect(await page.locator('mark').count()).toBe(2);
    await selectByMouse(page, 'courtesy');
    await page.keyboard.type('worker');
    await page.keyboard.press('Enter');
    await said(page, 'Coded with “Worker skills”.');
    await page.locator('#coding-status').getByRole('button', { name: 'Undo' }).click();
    await said(page, 'The coding is removed.');
    expect(await marked(page, themes.skills!)).toEqual([]);
    await page.keyboard.press('Control+Shift+z');
    await said(page, 'The coding is back.');
    expect(await marked(page, themes.skills!)).toEqual(['courtesy']);
    expect(await page.locator('[data-codings-count]').textContent()).toBe('3');
  });

  test('a passage over paragraphs · is kept exactly, with marks and right-to-left words', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await selectByMouse(page, 'they laughed', 'שלום');
    await page.getByRole('option', { name: /Courtesy/ }).click();
    await page.getByRole('button', { name: 'Code', exact: true }).click();
    await said(page, 'Coded with “Courtesy”.');
    const [quote] = await quotes();
    expect(BODY).toContain(quote);
    expect(quote!.startsWith('they laughed.\n\nTN: Cafe\u0301 as a')).toBe(true);
    expect(await page.locator('#p2 .app-stripe--continued').textContent()).toContain('continued');
  });

  test('overlapping passages · are each found at their words and by their names, and removed there', async () => {
    const by = cast.researcher.membershipId;
    const at = (words: string) => Array.from(BODY.slice(0, BODY.indexOf(words))).length;
    const place = (words: string) => ({ start: at(words), end: at(words) + words.length });
    await aCoding(t.owner, cast.study.id, { note, by, themeId: themes.courtesy!.id, ...place('washed up together') });
    await aCoding(t.owner, cast.study.id, { note, by, themeId: themes.food!.id, ...place('together and spoke') });
    await aCoding(t.owner, cast.study.id, {
      note,
      by: cast.lead.membershipId,
      themeId: themes.skills!.id,
      ...place('together'),
    });
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    const { from } = await placeOf(page, 'together');
    await page.mouse.click(from.x + 10, from.y);
    const card = page.getByRole('dialog', { name: 'What this passage carries' });
    expect(await card.getByRole('listitem').count()).toBe(3);
    expect(await card.getByRole('button', { name: /^Remove/ }).count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');

    const stripe = page.getByRole('link', { name: 'Café life you' });
    await stripe.focus();
    await page.keyboard.press('Enter');
    await card.getByRole('button', { name: /^Remove/ }).press('Enter');
    await said(page, 'The coding is removed.');
    expect(await quotes()).toEqual(['washed up together', 'together']);
    expect(await marked(page, themes.food!)).toEqual([]);
    const tops = await page
      .locator('.app-lane')
      .evaluateAll((bars) => bars.map((bar) => (bar as HTMLElement).style.left));
    expect(new Set(tops).size).toBe(2);
  });

  test('a connection lost in mid-gesture · is said, nothing is lost, and trying again codes once', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await selectByMouse(page, 'small courtesy');
    await page.keyboard.type('court');
    const findAnswersAgain = browser.loseAnswers(/\/codings$/);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'no connection' }).waitFor();
    expect(await quotes()).toEqual(['small courtesy']);
    findAnswersAgain();
    await page.getByRole('button', { name: 'Code', exact: true }).click();
    await said(page, 'Coded with “Courtesy”.');
    expect(await quotes()).toEqual(['small courtesy']);
    expect(await t.owner('events').where({ study_id: cast.study.id, kind: 'coding.made' })).toHaveLength(1);
  });

  test('a page grown stale · says so, and after reloading has the words selected and the theme ticked', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await t.owner('note_revisions').insert({
      id: newId(),
      study_id: cast.study.id,
      note_id: note.id,
      number: 2,
      title: 'A morning',
      body: `ON: A paragraph 😀 before it.\n\n${BODY}`,
      saved_by: cast.colleague.membershipId,
    });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    await selectByMouse(page, 'A small courtesy');
    await page.keyboard.type('court');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'was changed after you opened it' }).waitFor();
    await page.getByRole('button', { name: /Reload/ }).click();
    await said(page, 'Your words are selected again');
    expect(await page.getByRole('option', { selected: true }).allTextContents()).toEqual([
      expect.stringContaining('Courtesy'),
    ]);
    await page.keyboard.press('Enter');
    await said(page, 'Coded with “Courtesy”.');
    expect(await quotes()).toEqual(['A small courtesy']);
    expect(await marked(page, themes.courtesy!)).toEqual(['A small courtesy']);
  });

  test('words selected by touch · are coded from the sheet at the bottom, at 375 px', async () => {
    const page = await browser.open(cast.researcher, {
      viewport: { width: 375, height: 700 },
      hasTouch: true,
      isMobile: true,
    });
    await page.goto(path);
    // What a long press does: the system selects, and the page hears only that the selection changed.
    await page.evaluate(() => {
      const text =
        document.querySelector('#p3 [data-text]')!.firstChild!.nextSibling ??
        document.querySelector('#p3 [data-text]')!.lastChild!;
      const range = document.createRange();
      const at = text.textContent!.indexOf('allotment');
      range.setStart(text, at);
      range.setEnd(text, at + 'allotment'.length);
      getSelection()!.addRange(range);
    });
    const sheet = page.getByRole('dialog', { name: /^Code/ });
    await sheet.waitFor();
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('option', { name: /Café/ }).tap();
    await page
      .getByRole('option', { name: /Worker skills/ })
      .first()
      .tap();
    await page.getByRole('button', { name: 'Code with 2 themes' }).tap();
    await said(page, 'Coded with “Worker skills” and “Café life”.');
    expect(await quotes()).toEqual(['allotment', 'allotment']);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  });

  test('words selected with the keyboard · leave it free to select on, and Enter takes it to the themes', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    // As caret browsing does: the selection grows by words, and no pointer says when it is meant.
    await page.evaluate(() => {
      const text = document.querySelector('#p2 [data-text]')!.lastChild!;
      getSelection()!.collapse(text, text.textContent!.indexOf('courtesy'));
      getSelection()!.modify('extend', 'forward', 'word');
    });
    await said(page, 'Press Enter to choose their themes');
    await page.evaluate(() => getSelection()!.modify('extend', 'forward', 'word'));
    await page.getByRole('dialog', { name: /courtesy,/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('café');
    await page.keyboard.press('Enter');
    await said(page, 'Coded with “Café life”.');
    expect((await quotes())[0]).toMatch(/^courtesy,/);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Café life');
  });

  test('the page and its bar · have no fault that axe can find, and the keyboard chooses and leaves', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    expect(await accessibilityFaults(page)).toEqual([]);
    await selectByMouse(page, 'washed up');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Choose at least one theme' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(
      `picker-${themes.courtesy!.id}`,
    );
    await page.keyboard.type('no such theme');
    await page.getByRole('option', { name: 'Make the theme “no such theme”' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog', { name: /^Code/ }).isVisible()).toBe(false);
    expect(await quotes()).toEqual([]);
  });

  test('the form of sentences · codes without JavaScript and has no fault that axe can find', async () => {
    const plain = await browser.open(undefined, { javaScriptEnabled: false });
    await plain.goto('/sign-in');
    await plain.locator('input[name="email"]').fill(cast.researcher.email);
    await plain.locator('input[name="password"]').fill(cast.researcher.password);
    await plain.getByRole('button', { name: 'Sign in' }).click();
    await plain.goto(path);
    await plain.getByRole('link', { name: /Code by ticking sentences/ }).click();
    await plain.getByLabel(/A small courtesy/).check();
    await plain.getByRole('checkbox', { name: /^Courtesy/ }).check();
    await plain.getByRole('button', { name: 'Code', exact: true }).click();
    await plain.getByText('The passage is coded.').waitFor();
    expect(await quotes()).toEqual(['A small courtesy, given without a thought.']);
    const scripted = await browser.open(cast.researcher);
    await scripted.goto(`${path}?by=sentences`);
    expect(await accessibilityFaults(scripted)).toEqual([]);
  });
});
