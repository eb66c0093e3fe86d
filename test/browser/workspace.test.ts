import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodingPage, codedIn, press, said } from './coding-page.ts';
import { placeOf, selectByMouse } from './select-words.ts';

const t = useTestApp();
const browser = useBrowser(t);
let { cast, note, path } = {} as Awaited<ReturnType<typeof aCodingPage>>;
beforeEach(async () => {
  ({ cast, note, path } = await aCodingPage(t));
});
const coded = () => codedIn(t, note.id);
const selected = (page: Page) =>
  page.evaluate(() =>
    getSelection()
      ?.toString()
      .replaceAll(/\s*\n\s*/g, ' / '),
  );

describe('the coding workspace', () => {
  test('a page coded by keyboard alone · with words, sentences and paragraphs, recent themes, and everything taken back and done again', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    const text = page.getByRole('group', { name: /^Text of the note/ });
    for (let tabs = 0; tabs < 40 && !(await text.evaluate((element) => element === document.activeElement)); tabs += 1)
      await page.keyboard.press('Tab');
    await press(page, 'ArrowRight');
    expect(await selected(page)).toBe('Worker');
    await said(page, /^Worker$/);
    await press(page, 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight');
    expect(await selected(page)).toBe('held the door');
    await press(page, 'Enter');
    await page.keyboard.type('court');
    await press(page, 'Enter');
    await said(page, 'Coded with “Courtesy”.');
    expect(await text.evaluate((element) => element === document.activeElement)).toBe(true);

    await press(page, 'Control+ArrowDown', 'ArrowDown');
    expect(await selected(page)).toBe('Later they washed up together and spoke of the allotment.');
    await press(page, 'ArrowUp', 'ArrowUp', 'Shift+ArrowDown');
    expect(await selected(page)).toBe('A small courtesy, given without a thought. Nobody saw it.');
    await press(page, '1');
    await said(page, 'Coded with “Courtesy”.');
    await press(page, 'Control+ArrowDown', 'Enter');
    await page.keyboard.type('The allotment');
    await page.getByRole('option', { name: 'Make the theme “The allotment”' }).waitFor();
    await press(page, 'Tab');
    await page.keyboard.type('Shared');
    await press(page, 'Enter');
    await said(page, '“The allotment” is in the codebook now. Coded with “The allotment”.');
    const all = [
      'held the door → Courtesy',
      'A small courtesy, given without a thought. Nobody saw it. → Courtesy',
      'Later they washed up together and spoke of the allotment. → The allotment',
    ];
    expect(await coded()).toEqual(all);
    const made = await t.owner('themes').where({ study_id: cast.study.id, name: 'The allotment' }).first('parent_id');
    const parent = await t.owner('themes').where({ study_id: cast.study.id, name: 'Shared work' }).first('id');
    expect(made.parent_id).toBe(parent.id);

    // From coding to coding: a memo, another theme, other ends, gone.
    await press(page, 'n', 'n');
    await said(page, /^Coding 1 of 3: Courtesy, coded by you: held the door/);
    await press(page, 'm');
    const card = page.getByRole('dialog', { name: 'What this passage carries' });
    const memo = card.getByRole('textbox', { name: 'Memo' });
    await memo.waitFor();
    await page.keyboard.type('Who holds doors for whom? <b>');
    await press(page, 'Tab', 'Enter');
    await card.getByText('Who holds doors for whom? <b>', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Escape');
    expect(await t.owner('memos').where({ study_id: cast.study.id }).pluck('body')).toEqual([
      'Who holds doors for whom? <b>',
    ]);
    await press(page, 't');
    await page.keyboard.type('shared');
    await press(page, 'Enter');
    await said(page, 'The coding has the theme “Shared work” now.');
    await press(page, 'n', 'p');
    await said(page, /^Coding 1 of 3: Shared work/);
    await press(page, 'e', 'ArrowLeft', 'Shift+ArrowLeft', 'Enter');
    await said(page, 'The ends of the coding have moved.');
    expect((await coded())[0]).toBe('1 held the → Shared work');
    await press(page, 'n', 'x');
    await said(page, 'The coding is removed.');
    expect(await coded()).toEqual(['1 held the → Shared work', all[2]]);

    // Undone step by step, over a reload, and done again.
    await press(page, 'Control+z');
    await said(page, 'The coding is back.');
    await press(page, 'Control+z');
    await said(page, 'The ends of the coding have moved.');
    await page.reload();
    await page.getByRole('button', { name: 'Undo' }).and(page.locator(':enabled')).waitFor();
    await press(page, 'Control+z');
    await said(page, 'The coding has the theme “Courtesy” now.');
    expect(await coded()).toEqual(all);
    await press(page, 'Control+Shift+z');
    await said(page, 'The coding has the theme “Shared work” now.');

    await press(page, '?');
    await page.getByRole('dialog', { name: 'Coding by keyboard' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Escape');
    expect(await page.getByRole('dialog', { name: 'Coding by keyboard' }).isVisible()).toBe(false);
  }, 120_000);

  test('a name that begins like a theme’s · makes a new one, once a parent is chosen or Ctrl is held; leaving loses no focus', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await selectByMouse(page, 'small courtesy');
    await page.keyboard.type('Shared');
    await press(page, 'Tab');
    await page.keyboard.type('Worker');
    await press(page, 'Enter');
    await said(page, '“Shared” is in the codebook now. Coded with “Shared”.');
    await press(page, 'Control+z');
    await said(page, 'The coding is removed. The theme “Shared” stays in the codebook.');
    await selectByMouse(page, 'washed up');
    await page.keyboard.type('Court');
    await press(page, 'Control+Enter');
    await said(page, 'Coded with “Court”.');
    expect(await coded()).toEqual(['washed up → Court']);

    await selectByMouse(page, 'spoke of');
    await press(page, 'Escape');
    await said(page, /^spoke of$/);
    const focused = () => page.evaluate(() => document.activeElement?.id);
    expect([await focused(), await selected(page)]).toEqual(['reading', 'spoke of']);
    await press(page, 'c');
    expect(await focused()).toBe('codebook-filter');
    await press(page, 'Escape');
    expect(await focused()).toBe('reading');

    await page.getByRole('link', { name: 'Court you' }).click();
    await page.getByRole('button', { name: /^Change theme/ }).click();
    await page.keyboard.type('Kitchen');
    await press(page, 'Enter');
    await said(page, 'The coding has the theme “Kitchen” now.');
    expect(await coded()).toEqual(['washed up → Kitchen']);
  });

  test('an end of a passage · is dragged by its grip, or moved by buttons, at a tablet’s width', async () => {
    const page = await browser.open(cast.researcher, { viewport: { width: 768, height: 900 } });
    await page.goto(path);
    await selectByMouse(page, 'small courtesy');
    await page.getByRole('option', { name: /Courtesy/ }).click();
    await page.getByRole('button', { name: 'Code', exact: true }).click();
    await said(page, 'Coded with “Courtesy”.');
    await page.getByRole('link', { name: 'Courtesy you' }).click();
    await page.getByRole('button', { name: 'Move its ends' }).click();
    const bar = page.getByRole('dialog', { name: 'Move the ends of a coding' });
    await bar.getByRole('button', { name: 'Beginning one word earlier' }).click();
    await bar.getByText('“A small courtesy”').or(bar.getByText('A small courtesy')).first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await bar.getByRole('button', { name: 'Save' }).click();
    await said(page, 'The ends of the coding have moved.');
    expect(await coded()).toEqual(['A small courtesy → Courtesy']);

    await page.getByRole('link', { name: 'Courtesy you' }).click();
    await page.getByRole('button', { name: 'Move its ends' }).click();
    const grip = await page.locator('.app-end--end').boundingBox();
    const { to } = await placeOf(page, 'thought');
    await page.mouse.move(grip!.x + 14, grip!.y + 14);
    await page.mouse.down();
    await page.mouse.move(to.x - 4, to.y + 16, { steps: 6 });
    await page.mouse.up();
    await page
      .locator('#coding-list')
      .getByText('A small courtesy, given without a thought', { exact: true })
      .waitFor();
    expect(await coded()).toEqual(['A small courtesy, given without a thought → Courtesy']);
  });

  test('the codebook beside the text · codes the selected words, and else shows one theme alone', async () => {
    const page = await browser.open(cast.researcher, { viewport: { width: 1440, height: 900 } });
    await page.goto(path);
    await selectByMouse(page, 'washed up');
    await page.keyboard.press('Escape');
    await selectByMouse(page, 'spoke of');
    const panel = page.getByRole('complementary', { name: 'Codebook' });
    await panel.getByRole('button', { name: /Shared work/ }).click();
    await said(page, 'Coded with “Shared work”.');
    expect(await coded()).toEqual(['spoke of → Shared work']);
    await panel.getByRole('button', { name: /Shared work.*1$/ }).click();
    expect(await page.locator('#reading.is-filtered mark.is-chosen').allTextContents()).toEqual(['spoke of']);
    await panel.getByRole('searchbox').fill('court');
    expect(await panel.getByRole('button').allTextContents()).toEqual([expect.stringContaining('Courtesy')]);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
