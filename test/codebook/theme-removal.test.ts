import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodebook, fields, refusals, treeOf } from './a-codebook.ts';

const t = useTestApp();
const WHOLE = ['1 Networks', '1.1 Family', '1.2 Friends', '2 Places'];

describe('removing', () => {
  test('POST /themes/:theme/removal · takes its sub-themes along, says so and offers to undo it', async () => {
    const { session, themes, study, networks } = await aCodebook(t);
    const answer = await session.post(`${themes}/${networks.id}/removal`);
    expect([answer.status, answer.headers.location]).toEqual([303, themes]);
    const $ = await session.page(themes);
    expect($('.app-flash').text()).toContain('“Networks” and its 2 sub-themes are removed');
    expect($('.app-flash form').attr('action')).toBe(`${themes}/${networks.id}/restoration`);
    expect($('.app-removed-theme').text()).toContain('with 2 sub-themes');
    expect(await treeOf(t, study.id)).toEqual(['1 Places']);
    await session.post(`${themes}/${networks.id}/restoration`);
    expect(await treeOf(t, study.id)).toEqual(WHOLE);
    const kinds = await t.owner('events').where({ subject_id: networks.id }).orderBy('id').pluck('kind');
    expect(kinds).toEqual(['theme.removed', 'theme.restored']);
  });

  test('POST /themes/:theme/removal · keeps the codings, unlisted until the theme is back', async () => {
    const { session, themes, study, visit, by, family, networks } = await aCodebook(t);
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by });
    const coding = await aCoding(t.owner, study.id, { note, themeId: family.id, by, start: 4, end: 20 });
    const extracts = async () => (await session.page(`${study.path}/extracts`))('main').text();
    await session.post(`${themes}/${networks.id}/removal`);
    expect((await session.page(themes))('.app-removed-theme').text()).toContain('1 coding is hidden');
    expect(await extracts()).not.toContain(coding.quote);
    expect((await t.owner('codings').where({ id: coding.id }).first()).removed_at).toBeNull();
    await session.post(`${themes}/${networks.id}/restoration`);
    expect(await extracts()).toContain(coding.quote);
  });

  test('POST /themes/:theme/removal · removes once and leaves one event · when pressed twice, also at once', async () => {
    const { session, themes, places } = await aCodebook(t);
    const path = `${themes}/${places.id}/removal`;
    const answers = await Promise.all([session.post(path), session.post(path)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await t.owner('events').where({ subject_id: places.id })).toHaveLength(1);
  });

  test('POST /themes/:theme/removal · frees the name · for a new theme', async () => {
    const { session, themes, places, study } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    expect((await session.post(themes, fields({ name: 'Places' }))).status).toBe(303);
    expect(await treeOf(t, study.id)).toEqual(WHOLE);
  });

  test('POST /themes and …/removal · leave no present theme under a removed one · when both are sent at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { session, themes, study, places, lead } = await aCodebook(t);
      const second = await BrowserSession.as(t.app, lead);
      await Promise.all([
        session.post(`${themes}/${places.id}/removal`),
        second.post(themes, fields({ parent: places.id })),
      ]);
      const stray = await t
        .owner('themes as theme')
        .join('themes as parent', 'parent.id', 'theme.parent_id')
        .where('theme.study_id', study.id)
        .whereNull('theme.removed_at')
        .whereNotNull('parent.removed_at');
      expect(stray).toEqual([]);
    }
  });

  test('GET /themes/:theme · shows a removed theme with the way back, and no way to change it', async () => {
    const { session, themes, places } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    const $ = await session.page(`${themes}/${places.id}`);
    expect($('.app-theme-removed form').attr('action')).toBe(`${themes}/${places.id}/restoration`);
    expect($(`form[action$="/removal"], a[href$="/edit"]`)).toHaveLength(0);
    expect((await session.get(`${themes}/${places.id}/edit`)).headers.location).toBe(`${themes}/${places.id}`);
  });
});

describe('restoring', () => {
  test('POST /themes/:theme/restoration · brings back what went with it and nothing else · when a sub-theme had been removed before', async () => {
    const { session, themes, study, networks, family } = await aCodebook(t);
    await session.post(`${themes}/${family.id}/removal`);
    await session.post(`${themes}/${networks.id}/removal`);
    await session.post(`${themes}/${networks.id}/restoration`);
    expect(await treeOf(t, study.id)).toEqual(['1 Networks', '1.1 Friends', '2 Places']);
    await session.post(`${themes}/${family.id}/restoration`);
    expect(await treeOf(t, study.id)).toEqual(WHOLE);
  });

  test('POST /themes/:theme/restoration · answers 409 and names the parent · when that is removed too', async () => {
    const { session, themes, study, networks, family, friends } = await aCodebook(t);
    await session.post(`${themes}/${family.id}/removal`);
    await session.post(`${themes}/${networks.id}/removal`);
    for (const { id } of [family, friends]) {
      const answer = await session.post(`${themes}/${id}/restoration`);
      expect(answer.status).toBe(409);
      expect(refusals(cheerio.load(answer.text)).join()).toContain('Restore “Networks” first');
    }
    expect(await treeOf(t, study.id)).toEqual(['1 Places']);
  });

  test('POST /themes/:theme/restoration · puts it back where it stood · whatever its name', async () => {
    const { session, themes, study, by, networks } = await aCodebook(t);
    const zest = await aTheme(t.owner, study.id, { by, name: 'Zest', parentId: networks.id, position: 0 });
    const before = ['1 Networks', '1.1 Zest', '1.2 Family', '1.3 Friends', '2 Places'];
    for (const _ of ['from a row numbered by hand', 'from one numbered by the program']) {
      await session.post(`${themes}/${zest.id}/removal`);
      expect(await treeOf(t, study.id)).toEqual(WHOLE);
      await session.post(`${themes}/${zest.id}/restoration`);
      expect(await treeOf(t, study.id)).toEqual(before);
    }
  });

  test('GET /themes/:theme · names the theme to restore first, without a button that would be refused · when both are removed', async () => {
    const { session, themes, networks, family } = await aCodebook(t);
    await session.post(`${themes}/${networks.id}/removal`);
    const $ = await session.page(`${themes}/${family.id}`);
    expect($('.app-theme-removed a').attr('href')).toBe(`${themes}/${networks.id}`);
    expect($('.app-theme-removed button')).toHaveLength(0);
  });

  test('POST /themes/:theme/restoration · answers 409, says what to do, and works once that is done · when a sibling has its name', async () => {
    const { session, themes, study, places } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    const form = fields({ name: 'PLACES' });
    await session.post(themes, form);
    const answer = await session.post(`${themes}/${places.id}/restoration`);
    expect(answer.status).toBe(409);
    expect(refusals(cheerio.load(answer.text)).join()).toContain('Rename or move that one');
    expect(await treeOf(t, study.id)).toHaveLength(4);
    await session.post(`${themes}/${form.id}`, { ...fields({ name: 'Rooms' }), version: '1' });
    expect((await session.post(`${themes}/${places.id}/restoration`)).status).toBe(303);
    expect(await treeOf(t, study.id)).toHaveLength(5);
  });

  test('POST /themes/:theme/restoration · answers 409 · when its parent has come too deep meanwhile', async () => {
    const { session, themes, study, places, networks, family, friends } = await aCodebook(t);
    await session.post(`${themes}/${family.id}/removal`);
    await session.post(`${themes}/${friends.id}/removal`);
    let parent = places.id;
    for (let level = 2; level <= 9; level += 1) {
      const form = fields({ name: `Level ${level}`, parent });
      await session.post(themes, form);
      parent = form.id!;
    }
    expect((await session.post(`${themes}/${networks.id}/position`, { parent, place: '1' })).status).toBe(303);
    const answer = await session.post(`${themes}/${family.id}/restoration`);
    expect(answer.status).toBe(409);
    expect(refusals(cheerio.load(answer.text)).join()).toContain('nearer to the top');
    expect((await treeOf(t, study.id)).join()).not.toContain('Family');
  });

  test('POST /themes/:theme/restoration · changes nothing · when the theme is there already', async () => {
    const { session, themes, study, places } = await aCodebook(t);
    expect((await session.post(`${themes}/${places.id}/restoration`)).status).toBe(303);
    expect(await treeOf(t, study.id)).toEqual(WHOLE);
    expect(await t.owner('events').where({ subject_id: places.id })).toEqual([]);
  });
});
