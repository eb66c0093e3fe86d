import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodebook, fields, treeOf } from './a-codebook.ts';

const t = useTestApp();

const themeRow = (id: string) => t.owner('themes').where({ id }).first();

describe('changing', () => {
  const change = (given: Record<string, string>) => {
    const { id: _, ...rest } = fields(given);
    return rest;
  };

  test('POST /themes/:theme · saves and says which fields changed, not their words', async () => {
    const { session, themes, places, researcher } = await aCodebook(t);
    const answer = await session.post(
      `${themes}/${places.id}`,
      change({ version: '1', name: 'Rooms', example: 'Secret' }),
    );
    expect(answer.status).toBe(303);
    expect(await themeRow(places.id)).toMatchObject({
      name: 'Rooms',
      version: 2,
      position: 2,
      updated_by: researcher.membershipId,
    });
    const event = await t.owner('events').where({ subject_id: places.id }).first();
    expect(event.after.fields).toEqual(['name', 'definition', 'whenToUse', 'whenNotToUse', 'example']);
    expect(JSON.stringify(event)).not.toContain('Secret');
  });

  test('POST /themes/:theme · takes its branch along and leaves no gap · when it comes under another parent', async () => {
    const { session, themes, networks, places, study } = await aCodebook(t);
    await session.post(`${themes}/${networks.id}`, change({ version: '1', name: 'Networks', parent: places.id }));
    expect(await treeOf(t, study.id)).toEqual(['1 Places', '1.1 Networks', '1.1.1 Family', '1.1.2 Friends']);
  });

  test('POST /themes/:theme · answers 422 beside the field · when it would come under itself or its own sub-theme', async () => {
    const { session, themes, networks, family, study } = await aCodebook(t);
    for (const parent of [networks.id, family.id]) {
      const answer = await session.post(`${themes}/${networks.id}`, change({ version: '1', parent }));
      expect(answer.status).toBe(422);
      expect(cheerio.load(answer.text)('#parent-error').text()).toContain('under itself');
    }
    expect(await treeOf(t, study.id)).toContain('1.1 Family');
  });

  test('POST /themes/:theme · answers 409 with both texts, and saves the second over the first when asked again · when somebody saved meanwhile', async () => {
    const { session, themes, places, lead } = await aCodebook(t);
    const leadSession = await BrowserSession.as(t.app, lead);
    await leadSession.post(
      `${themes}/${places.id}`,
      change({ version: '1', name: 'Rooms', definition: 'The lead’s words' }),
    );
    const mine = change({ version: '1', name: 'Spaces', definition: 'My words' });
    const answer = await session.post(`${themes}/${places.id}`, mine);
    const $ = cheerio.load(answer.text);
    expect(answer.status).toBe(409);
    expect($('.govuk-warning-text').text()).toContain(`${lead.name} changed this theme`);
    expect($('.app-theme-texts').text()).toContain('The lead’s words');
    expect($('.app-theme-texts').text()).toContain('Rooms');
    expect($('#definition').text()).toContain('My words');
    expect(await themeRow(places.id)).toMatchObject({ name: 'Rooms', version: 2 });
    const version = $('input[name="version"]').attr('value')!;
    expect((await session.post(`${themes}/${places.id}`, { ...mine, version })).status).toBe(303);
    expect(await themeRow(places.id)).toMatchObject({ name: 'Spaces', version: 3 });
  });

  test('POST /themes/:theme · saves one of two and answers the other 409 · when both are sent at once', async () => {
    const { session, themes, places, lead } = await aCodebook(t);
    const leadSession = await BrowserSession.as(t.app, lead);
    const answers = await Promise.all([
      session.post(`${themes}/${places.id}`, change({ version: '1', name: 'Mine' })),
      leadSession.post(`${themes}/${places.id}`, change({ version: '1', name: 'Theirs' })),
    ]);
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['303', '409']);
    expect((await themeRow(places.id)).version).toBe(2);
  });

  test('POST /themes/:theme · answers 409 · when it was nested elsewhere after the form was opened', async () => {
    const { session, themes, places, networks } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/position`, { parent: networks.id, place: '1' });
    const answer = await session.post(`${themes}/${places.id}`, change({ version: '1', name: 'Places' }));
    expect(answer.status).toBe(409);
    expect(cheerio.load(answer.text)('.app-theme-texts').text()).toContain('Networks');
    expect((await themeRow(places.id)).parent_id).toBe(networks.id);
  });

  test('POST /themes/:theme · answers 409, keeps what was typed and shows the way back · when it was removed meanwhile', async () => {
    const { session, themes, places } = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    const answer = await session.post(`${themes}/${places.id}`, change({ version: '1', definition: 'My words' }));
    const $ = cheerio.load(answer.text);
    expect(answer.status).toBe(409);
    expect($('#definition').text()).toContain('My words');
    expect($(`.govuk-warning-text a[href="${themes}/${places.id}"]`)).toHaveLength(1);
  });

  test('GET /themes/:theme/edit · does not offer the theme or what is below it as its parent', async () => {
    const { session, themes, networks } = await aCodebook(t);
    const $ = await session.page(`${themes}/${networks.id}/edit`);
    expect(
      $('#parent option')
        .toArray()
        .map((option) => $(option).text().trim()),
    ).toEqual(['At the top of the codebook', '2 Places']);
  });
});

describe('reading', () => {
  test('GET /themes/:theme · shows the newest five of its passages, each with a link into its note', async () => {
    const { session, themes, places, study, visit, by } = await aCodebook(t);
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'The kitchen' });
    const ids = [];
    for (let start = 0; start < 7; start += 1) {
      const coding = await aCoding(t.owner, study.id, { note, themeId: places.id, by, start, end: 20 });
      await t
        .owner('codings')
        .where({ id: coding.id })
        .update({ created_at: new Date(Date.UTC(2011, 10, 14, start)) });
      ids.push(coding.id);
    }
    const $ = await session.page(`${themes}/${places.id}`);
    expect(
      $('.app-latest a')
        .toArray()
        .map((link) => $(link).attr('href')),
    ).toEqual(
      ids
        .toReversed()
        .slice(0, 5)
        .map((id) => `${study.path}/notes/${note.id}/coding#passage-${id}`),
    );
    expect($(`a[href="${study.path}/extracts?theme=${places.id}"]`).text()).toContain('All 7 codings');
  });

  test('GET /themes/:theme · shows what is typed as text · when it is <script>', async () => {
    const { session, themes } = await aCodebook(t);
    const script = '<script>alert(1)</script>';
    const form = fields({ name: script, definition: script, whenToUse: script, whenNotToUse: script, example: script });
    await session.post(themes, form);
    for (const path of ['', `/${form.id}`, `/${form.id}/edit`, '?arrange=yes']) {
      const $ = await session.page(`${themes}${path}`);
      expect($('main script')).toHaveLength(0);
      expect($('main').html()).toContain('&lt;script&gt;alert(1)');
    }
  });
});

describe('who may', () => {
  test('every address · answers 404 · to agency staff, and to members of another study', async () => {
    const { themes, places, staff } = await aCodebook(t);
    const theirs = await aCodebook(t);
    for (const session of [await BrowserSession.as(t.app, staff), theirs.session]) {
      for (const path of ['', '/new', '/colours.css', `/${places.id}`, `/${places.id}/edit`])
        expect([path, (await session.get(`${themes}${path}`)).status]).toEqual([path, 404]);
      for (const path of [
        '',
        `/${places.id}`,
        ...['position', 'removal', 'restoration'].map((end) => `/${places.id}/${end}`),
      ])
        expect([path, (await session.post(`${themes}${path}`, fields())).status]).toEqual([path, 404]);
    }
  });

  test('every address of a theme · answers 404 and changes nothing · when the theme is another study’s or no id', async () => {
    const { session, themes } = await aCodebook(t);
    const theirs = await aCodebook(t);
    for (const id of [theirs.places.id, newId(), 'not-an-id']) {
      for (const end of ['', '/edit']) expect((await session.get(`${themes}/${id}${end}`)).status).toBe(404);
      for (const end of ['', '/position', '/removal', '/restoration'])
        expect((await session.post(`${themes}/${id}${end}`, fields({ version: '1', place: '1' }))).status).toBe(404);
    }
    expect(await treeOf(t, theirs.study.id)).toHaveLength(4);
  });

  test('GET /themes/colours.css · gives the colour of every theme, removed ones too, and 304 · when nothing changed', async () => {
    const { session, themes, study, by, places } = await aCodebook(t);
    const gone = await aTheme(t.owner, study.id, { by, colour: '#abcdef', removed: true });
    const answer = await session.get(`${themes}/colours.css`);
    expect(answer.headers['content-type']).toContain('text/css');
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect(answer.text).toContain(`.theme-${gone.id}{--theme:#abcdef}`);
    expect(answer.text).toContain(`.theme-${places.id}{--theme:#1d70b8}`);
    const again = await session.get(`${themes}/colours.css`).set('If-None-Match', answer.headers.etag!);
    expect(again.status).toBe(304);
  });
});
