import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodingPage, BODY, codedIn, press, said } from './coding-page.ts';
import { placeOf, selectByMouse } from './select-words.ts';

const t = useTestApp();
const browser = useBrowser(t);
let { cast, note, path } = {} as Awaited<ReturnType<typeof aCodingPage>>;
beforeEach(async () => {
  ({ cast, note, path } = await aCodingPage(t));
});
const coded = () => codedIn(t, note.id);

describe('codings that were there before', () => {
  test('a coded note that was edited · its review queue is cleared: accepted, adjusted, chosen anew and removed', async () => {
    const session = await BrowserSession.as(t.app, cast.researcher);
    const themes = await t.owner('themes').where({ study_id: cast.study.id, name: 'Courtesy' }).pluck('id');
    const code = async (words: string) => {
      const start = Array.from(BODY.slice(0, BODY.indexOf(words))).length;
      const passage = { revision: 1, start, end: start + Array.from(words).length, themes, ids: [newId()] };
      expect((await session.json('post', `${cast.study.path}/notes/${note.id}/codings`, passage)).status).toBe(200);
    };
    for (const words of ['held the door', 'small courtesy', 'Nobody saw it', 'washed up together']) await code(words);
    const body = BODY.replace('held the door', 'opened the door wide')
      .replace('small courtesy', 'tiny kindness')
      .replace(' Nobody saw it.', '')
      .replace('washed up together', 'dried up');
    await session.post(`${cast.study.path}/notes/${note.id}/revisions`, {
      id: newId(),
      title: 'Again',
      body,
      base: '1',
    });

    const page = await browser.open(cast.researcher);
    await page.goto(path);
    const review = page.getByRole('region', { name: /needs? review/ });
    await review.getByRole('heading', { name: '4 codings need review' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const item = (words: string) =>
      review.getByRole('listitem').filter({ has: page.locator('del', { hasText: words }) });
    await item('held the door').getByRole('button', { name: 'Accept' }).click();
    await said(page, 'The coding has its place in the note again.');
    await review.getByRole('heading', { name: '3 codings need review' }).waitFor();
    await press(page, 'Control+z');
    await said(page, 'The coding waits for review again.');
    await review.getByRole('heading', { name: '4 codings need review' }).waitFor();
    await press(page, 'Control+Shift+z');
    await said(page, 'The coding has its place in the note again.');
    await review.getByRole('heading', { name: '3 codings need review' }).waitFor();

    await item('small courtesy').getByRole('button', { name: 'Adjust' }).click();
    await press(page, 'Shift+ArrowRight', 'Enter');
    await review.getByRole('heading', { name: '2 codings need review' }).waitFor();

    await item('Nobody saw it').getByRole('button', { name: 'Choose the words' }).click();
    await said(page, 'Select the words where “Courtesy” belongs now.');
    const { from, to } = await placeOf(page, 'without a thought');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await page.mouse.up();
    await page.getByRole('dialog', { name: 'Move the ends of a coding' }).getByRole('button', { name: 'Save' }).click();
    await review.getByRole('heading', { name: '1 coding needs review' }).waitFor();

    await item('washed up together').getByRole('button', { name: 'Remove' }).click();
    await said(page, 'The coding is removed.');
    expect(await page.getByRole('region', { name: /needs? review/ }).count()).toBe(0);
    await press(page, 'Control+z');
    await review.getByRole('heading', { name: '1 coding needs review' }).waitFor();
    await press(page, 'Control+Shift+z');
    await said(page, 'The coding is removed.');
    expect(await coded()).toEqual([
      'opened the door wide → Courtesy',
      'kindness → Courtesy',
      'without a thought → Courtesy',
    ]);
  });

  test('a coding far down a long list · says in its card what the list has no room for', async () => {
    const by = cast.researcher.membershipId;
    const themeId = (await t.owner('themes').where({ study_id: cast.study.id, name: 'Courtesy' }).first('id')).id;
    for (let index = 0; index < 101; index += 1) {
      const [start, length] = [index % 50, 4 + Math.floor(index / 50)];
      await aCoding(t.owner, cast.study.id, { note, themeId, by, start, end: start + length });
    }
    const last = await aCoding(t.owner, cast.study.id, {
      note,
      themeId,
      by,
      start: BODY.length - 12,
      end: BODY.length - 2,
    });
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    await page.locator(`#p3 a[data-coding="${last.id}"]`).click();
    const card = page.getByRole('dialog', { name: 'What this passage carries' });
    await card.getByText(last.quote.trim(), { exact: false }).waitFor();
    await card.getByRole('button', { name: /^Remove/ }).click();
    await said(page, 'The coding is removed.');
    expect(await coded()).toHaveLength(101);
  });

  test('undo · takes back only what one made, and nothing that somebody else has changed since', async () => {
    const page = await browser.open(cast.researcher);
    await page.goto(path);
    const code = async (words: string) => {
      await selectByMouse(page, words);
      await page.getByRole('option', { name: /Courtesy/ }).click();
      await page.getByRole('button', { name: 'Code', exact: true }).click();
    };
    await code('held the door');
    await said(page, 'Coded with “Courtesy”.');
    await page.reload();
    await code('held the door');
    await said(page, 'You have given these words “Courtesy” already.');
    await code('washed up');
    await said(page, 'Coded with “Courtesy”.');
    expect(await coded()).toHaveLength(2);

    // The lead gives the newest another theme: undoing it would throw that decision away.
    const lead = await BrowserSession.as(t.app, cast.lead);
    const themes = await t.owner('themes').where({ study_id: cast.study.id }).select('id', 'name');
    const idOf = (name: string) => themes.find((theme: { name: string }) => theme.name === name).id;
    const washed = await t.owner('codings').where({ note_id: note.id, quote: 'washed up' }).first('id');
    const change = { theme: idOf('Shared work'), expected: idOf('Courtesy') };
    expect((await lead.json('post', `${cast.study.path}/codings/${washed.id}/theme`, change)).status).toBe(200);
    await page.keyboard.press('Control+z');
    await said(page, 'Somebody has changed this coding since you saw it');
    await page.keyboard.press('Control+z');
    await said(page, 'The coding is removed.');
    expect(await coded()).toEqual(['washed up → Shared work']);
  });

  test('words selected by touch after a tap on the text · still bring up the bar, in sight of the words', async () => {
    const page = await browser.open(cast.researcher, { viewport: { width: 768, height: 900 }, hasTouch: true });
    await page.goto(path);
    const { from } = await placeOf(page, 'spoke of the allotment');
    await page.touchscreen.tap(from.x, from.y);
    await page.evaluate(() => {
      const text = document.querySelector('#p3 [data-text]')!.lastChild!;
      getSelection()!.setBaseAndExtent(text, 20, text, 30);
    });
    await page.getByRole('dialog', { name: /^Code/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Codebook', exact: true }).tap();
    await page.getByRole('searchbox', { name: /Find a theme/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox', { name: /Find a theme/ }).isVisible()).toBe(false);
  });
});
