import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodebook, refusals, shownTree, treeOf } from './a-codebook.ts';

const t = useTestApp();

describe('reading the codebook', () => {
  test('GET /themes · shows the tree numbered as an outline, present themes alone', async () => {
    const { session, themes, study, by, places } = await aCodebook(t);
    await aTheme(t.owner, study.id, { by, name: 'Gone', parentId: places.id, removed: true });
    const $ = await session.page(themes);
    expect(shownTree($)).toEqual(['1 Networks', '1.1 Family', '1.2 Friends', '2 Places']);
    expect(
      $('.app-theme .app-theme')
        .toArray()
        .map((item) => $(item).find('a').first().text()),
    ).toEqual(['Family', 'Friends']);
  });

  test('GET /themes · counts what the list of extracts has, each count a link to it · with sub-themes, without what was removed', async () => {
    const { session, themes, study, visit, by, networks, family, places } = await aCodebook(t);
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by });
    const removedNote = await aNote(t.owner, study.id, { visitId: visit.id, by });
    await t.owner('notes').where({ id: removedNote.id }).update({ removed_at: new Date(), removed_by: by });
    const code = (themeId: string, start: number, given: { removed?: boolean; in?: typeof note } = {}) =>
      aCoding(t.owner, study.id, {
        note: given.in ?? note,
        themeId,
        by,
        start,
        end: 20,
        removed: given.removed ?? false,
      });
    await code(networks.id, 1);
    await code(family.id, 1);
    await code(family.id, 2);
    await code(family.id, 3, { removed: true });
    await code(family.id, 4, { in: removedNote });
    const $ = await session.page(themes);
    const shown = (id: string) => $(`#theme-${id} > .app-theme__row .app-theme__count`);
    expect(shown(networks.id).text()).toMatch(/^3 codings.*1 of its own$/);
    expect(shown(family.id).find('a').attr('href')).toBe(`${study.path}/extracts?theme=${family.id}`);
    expect(shown(family.id).text()).toMatch(/^2 codings/);
    expect(shown(places.id).text()).toBe('No codings');
    for (const [id, count] of [
      [networks.id, 3],
      [family.id, 2],
    ] as const) {
      const list = await session.page(`${study.path}/extracts?theme=${id}`);
      expect(list('main').text()).toMatch(new RegExp(`\\b${count} codings`));
    }
  });

  test('GET /themes · explains and offers to begin · when there is no theme yet', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const $ = await session.page(`${study.path}/themes`);
    expect($('.app-empty').text()).toContain('Start the codebook');
    expect($(`.app-empty a[href="${study.path}/themes/new"]`)).toHaveLength(1);
  });
});

describe('rearranging', () => {
  /** Presses a button of the page as it stands; gives the page that comes next. */
  async function press(session: BrowserSession, themes: string, id: string, label: string) {
    const $ = await session.page(`${themes}?arrange=yes`);
    const button = $(`#theme-${id} > .app-theme__row .app-move`).filter((_, one) => $(one).text().includes(label));
    const answer = await session.post(button.attr('formaction')!, { to: button.attr('value')! });
    expect(answer.status).toBe(303);
    return session.page(answer.headers.location!);
  }

  test('POST /themes/:theme/position · takes a step, keeps positions without gaps and leaves the focus there · for each button', async () => {
    const { session, themes, study, places, friends } = await aCodebook(t);
    let $ = await press(session, themes, places.id, 'Up');
    expect(shownTree($)).toEqual(['1 Places', '2 Networks', '2.1 Family', '2.2 Friends']);
    expect($('[autofocus]').closest('.app-theme').attr('id')).toBe(`theme-${places.id}`);
    $ = await press(session, themes, places.id, 'Down');
    expect(shownTree($)).toEqual(['1 Networks', '1.1 Family', '1.2 Friends', '2 Places']);
    $ = await press(session, themes, friends.id, 'In');
    expect(shownTree($)).toEqual(['1 Networks', '1.1 Family', '1.1.1 Friends', '2 Places']);
    $ = await press(session, themes, friends.id, 'Out');
    $ = await press(session, themes, friends.id, 'Out');
    expect(shownTree($)).toEqual(['1 Networks', '1.1 Family', '2 Friends', '3 Places']);
    expect(await treeOf(t, study.id)).toEqual(['1 Networks', '1.1 Family', '2 Friends', '3 Places']);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'theme.moved' })).toHaveLength(5);
  });

  test('GET /themes?arrange=yes · offers no button that leads nowhere', async () => {
    const { session, themes, networks, friends } = await aCodebook(t);
    const $ = await session.page(`${themes}?arrange=yes`);
    const buttons = (id: string) =>
      $(`#theme-${id} > .app-theme__row .app-move`)
        .toArray()
        .map((button) => $(button).text().trim().split(' ')[1]?.replace(':', ''));
    expect(buttons(networks.id)).toEqual(['Down']);
    expect(buttons(friends.id)).toEqual(['Up', 'Out', 'In']);
  });

  test('POST /themes/:theme/position · takes one step, with one event · when the button is pressed twice', async () => {
    const { session, themes, study, by } = await aCodebook(t);
    const time = await aTheme(t.owner, study.id, { by, name: 'Time', position: 3 });
    const $ = await session.page(`${themes}?arrange=yes`);
    const up = $(`#theme-${time.id} .app-move`).first().attr('value')!;
    for (const _ of ['first press', 'second press']) await session.post(`${themes}/${time.id}/position`, { to: up });
    expect((await treeOf(t, study.id)).filter((line) => !line.includes('.'))).toEqual([
      '1 Networks',
      '2 Time',
      '3 Places',
    ]);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'theme.moved' })).toHaveLength(1);
  });

  test('POST /themes/:theme/position · puts it at the place asked for, at the end when that is beyond it · by parent and place', async () => {
    const { session, themes, study, networks, places, family } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/position`, { parent: networks.id, place: '2' });
    await session.post(`${themes}/${family.id}/position`, { parent: '', place: '99' });
    expect(await treeOf(t, study.id)).toEqual(['1 Networks', '1.1 Places', '1.2 Friends', '2 Family']);
  });

  test.each([
    ['under itself', 'networks', 'networks'],
    ['under its own sub-theme', 'networks', 'family'],
  ] as const)(
    'POST /themes/:theme/position · answers 422 in words and moves nothing · when it would stand %s',
    async (_, what, where) => {
      const codebook = await aCodebook(t);
      const { session, themes, study } = codebook;
      const answer = await session.post(`${themes}/${codebook[what].id}/position`, {
        parent: codebook[where].id,
        place: '1',
      });
      expect(answer.status).toBe(422);
      expect(refusals(cheerio.load(answer.text)).join()).toContain('cannot stand under itself');
      expect(await treeOf(t, study.id)).toEqual(['1 Networks', '1.1 Family', '1.2 Friends', '2 Places']);
    },
  );

  test('POST /themes/:theme/position · answers 422 in words · when the target is foreign, removed, too deep, or no place', async () => {
    const { session, themes, study, by, networks, places, family } = await aCodebook(t);
    const theirs = await aCodebook(t);
    await session.post(`${themes}/${family.id}/removal`);
    let deep: string | null = null;
    for (let level = 1; level <= 9; level += 1)
      deep = (await aTheme(t.owner, study.id, { by, parentId: deep, name: `Level ${level}`, position: 9 })).id;
    const before = await treeOf(t, study.id);
    for (const [fields, sentence] of [
      [{ parent: theirs.places.id, place: '1' }, 'not in the codebook any more'],
      [{ parent: family.id, place: '1' }, 'not in the codebook any more'],
      [{ parent: deep!, place: '1' }, 'level 11'],
      [{ parent: places.id, place: '0' }, 'Choose where'],
      [{ parent: places.id, place: '1.5' }, 'Choose where'],
      [{ to: 'sideways' }, 'Choose where'],
      [{}, 'Choose where'],
    ] as [Record<string, string>, string][]) {
      const answer = await session.post(`${themes}/${networks.id}/position`, fields);
      expect([fields, answer.status]).toEqual([fields, 422]);
      expect(refusals(cheerio.load(answer.text)).join()).toContain(sentence);
    }
    expect(await treeOf(t, study.id)).toEqual(before);
  });

  test('POST /themes/:theme/position · answers 422 in words · when a theme there has its name', async () => {
    const { session, themes, study, by, networks } = await aCodebook(t);
    const other = await aTheme(t.owner, study.id, { by, name: 'FAMILY', position: 3 });
    const answer = await session.post(`${themes}/${other.id}/position`, { parent: networks.id, place: '1' });
    expect(answer.status).toBe(422);
    expect(refusals(cheerio.load(answer.text)).join()).toContain('already a theme called “FAMILY”');
  });

  test('POST /themes/:theme/position · answers 409 in words · when the theme was removed meanwhile', async () => {
    const { session, themes, places } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    const answer = await session.post(`${themes}/${places.id}/position`, { parent: '', place: '1' });
    expect(answer.status).toBe(409);
    expect(refusals(cheerio.load(answer.text)).join()).toContain('Somebody removed this theme');
  });

  test('POST /themes/:theme/position · does one of two moves that together would make a circle · when sent at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { session, themes, study, networks, places, lead } = await aCodebook(t);
      const second = await BrowserSession.as(t.app, lead);
      const answers = await Promise.all([
        session.post(`${themes}/${networks.id}/position`, { parent: places.id, place: '1' }),
        second.post(`${themes}/${places.id}/position`, { parent: networks.id, place: '1' }),
      ]);
      expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['303', '422']);
      expect(await treeOf(t, study.id)).toHaveLength(4);
    }
  });

  test('POST /themes and …/position · keep positions without gaps or doubles · when many are sent at once', async () => {
    const { session, themes, study, by, networks } = await aCodebook(t);
    const made = await Promise.all(
      ['A', 'B', 'C', 'D', 'E', 'F'].map((name, index) => aTheme(t.owner, study.id, { by, name, position: 3 + index })),
    );
    const answers = await Promise.all(
      made.map(({ id }, index) =>
        session.post(`${themes}/${id}/position`, { parent: index % 2 ? networks.id : '', place: `${1 + (index % 3)}` }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(made.map(() => 303));
    const tree = await treeOf(t, study.id);
    const places = tree.map((line) => line.split(' ')[0]);
    expect(new Set(places).size).toBe(10);
    expect(places.filter((place) => !place!.includes('.'))).toEqual(['1', '2', '3', '4', '5']);
    expect(places.filter((place) => place!.includes('.')).map((place) => place!.split('.')[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });
});
