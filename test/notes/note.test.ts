import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aNoteInHand, eventsOf } from './a-note-in-hand.ts';

const t = useTestApp();

describe('beginning a note', () => {
  test('POST visits/:visit/notes · begins one note and opens its edit page · when the form is sent twice', async () => {
    const { study, visit, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const id = newId();
    for (let times = 0; times < 2; times += 1) {
      const answer = await session.post(`${study.path}/visits/${visit.id}/notes`, { id });
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toBe(`${study.path}/notes/${id}/edit`);
    }
    expect(await t.owner('notes').where({ study_id: study.id }).select('id', 'latest_revision')).toEqual([
      { id, latest_revision: 0 },
    ]);
    expect(await eventsOf(t, id)).toEqual(['note.begun']);
  });

  test('POST visits/:visit/notes · answers 404 and begins nothing · for a visit of another study', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    const other = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const id = newId();
    expect((await session.post(`${study.path}/visits/${other.visit.id}/notes`, { id })).status).toBe(404);
    expect(await t.owner('notes').where({ id })).toEqual([]);
  });

  test('POST visits/:visit/notes · answers 404 · with the id of a note about another visit, or of another study', async () => {
    const { study, visit, researcher } = await aFullStudy(t.owner);
    const foreign = await aNoteInHand(t);
    const session = await BrowserSession.as(t.app, researcher);
    const answer = await session.post(`${study.path}/visits/${visit.id}/notes`, { id: foreign.note.id });
    expect(answer.status).toBe(404);
  });

  test('POST visits/:visit/notes · answers 422 with a sentence · without an id', async () => {
    const { study, visit, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const answer = await session.post(`${study.path}/visits/${visit.id}/notes`, {});
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('begin the note again');
  });
});

describe('reading a note', () => {
  test('GET notes/:note · shows text, labels, visit and who saved it · to a colleague', async () => {
    const { study, path, colleague, researcher, agency } = await aNoteInHand(t, {
      title: 'A quiet morning',
      body: 'Two people came in.\n\nTN: Waiting is part of it.',
    });
    const reader = await BrowserSession.as(t.app, colleague);
    const $ = await reader.page(path);
    expect($('h1').text()).toContain('A quiet morning');
    expect(
      $('.app-note-text__words')
        .toArray()
        .map((words) => $(words).text()),
    ).toEqual(['Two people came in.', 'Waiting is part of it.']);
    expect(
      $('.app-label')
        .toArray()
        .map((label) => $(label).text()),
    ).toEqual(['ON (Observation)', 'TN (Theoretical)']);
    expect($('main').text()).toContain(agency.name);
    expect($('.app-facts').text()).toContain(researcher.name);
    expect($(`a[href="${study.path}/notes"]`).length).toBeGreaterThan(0);
  });

  test('GET notes/:note · shows markup as text and any script as it was typed · whatever was written', async () => {
    const body = '<script>alert(1)</script> & “quoted”\nשלום עולם\ncafe\u0301 👩🏽‍🔬';
    const { session, path } = await aNoteInHand(t, { title: '<script>t</script>', body });
    for (const page of [path, `${path}/edit`, `${path}/revisions/1`, path.replace(/\/[^/]+$/, '')]) {
      const html = (await session.get(page)).text;
      expect(html).toContain('&lt;script&gt;t&lt;/script&gt;');
      expect(html).not.toMatch(/<script>[at]/);
    }
    const $ = await session.page(path);
    expect($('.app-note-text__words').first().text()).toBe('<script>alert(1)</script> & “quoted”');
    expect(
      $('.app-note-text__words')
        .toArray()
        .every((words) => $(words).attr('dir') === 'auto'),
    ).toBe(true);
    expect((await session.page(`${path}/edit`))('textarea[name=body]').text().replace(/^\n/, '')).toBe(body);
  });

  test('GET notes/:note · answers 404 · for an id that is no UUID, one of another study, and one removed', async () => {
    const { session, study, path } = await aNoteInHand(t);
    const other = await aNoteInHand(t);
    await session.post(`${path}/removal`);
    const ids = ['undefined', '1', `${newId()}x`, '../etc', other.note.id, newId()];
    for (const page of [...ids.map((id) => `${study.path}/notes/${id}`), path]) {
      for (const under of ['', '/edit', '/revisions', '/revisions/1', '/comparison?from=1&to=1'])
        expect([page + under, (await session.get(page + under)).status]).toEqual([page + under, 404]);
    }
  });

  test('every page of a note · answers 404 · to agency staff', async () => {
    const { staff, study, path } = await aNoteInHand(t);
    const session = await BrowserSession.as(t.app, staff);
    for (const page of ['', '/edit', '/revisions', '/revisions/1', '/comparison?from=1&to=1'])
      expect((await session.get(path + page)).status).toBe(404);
    expect((await session.get(`${study.path}/notes`)).status).toBe(404);
    expect((await session.post(`${path}/removal`)).status).toBe(404);
    expect((await session.post(`${path}/revisions`, { title: 'x', body: 'y' })).status).toBe(404);
    expect((await session.json('put', `${path}/draft`, { title: '', body: 'x', base: 1, version: 0 })).status).toBe(
      404,
    );
  });
});

describe('removing a note', () => {
  test('POST notes/:note/removal and restoration · take the note away and bring it back whole · with an undo button', async () => {
    const { session, study, path, note } = await aNoteInHand(t);
    expect((await session.post(`${path}/removal`)).headers.location).toBe(`${study.path}/notes`);
    const $ = await session.page(`${study.path}/notes`);
    expect($('.app-flash form').attr('action')).toBe(`${path}/restoration`);
    expect($('.app-note-list').text()).not.toContain('At the cafe');
    expect((await session.page(`${study.path}/notes?state=removed`))('.app-note-list').text()).toContain('At the cafe');
    await session.post(`${path}/restoration`);
    expect((await session.get(path)).status).toBe(200);
    expect(await eventsOf(t, note.id)).toEqual(['note.removed', 'note.restored']);
  });
});

describe('the list of notes', () => {
  test('GET /studies/:study/notes · says what to do · when there is none', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    expect((await session.get(`${study.path}/notes`)).text).toContain('No notes have been written in this study yet.');
  });

  test('GET /studies/:study/notes · pages through every note once, newest first, and back · with 70 of them', async () => {
    const { study, visit, researcher } = await aFullStudy(t.owner);
    for (let number = 1; number <= 70; number += 1) {
      const note = await aNote(t.owner, study.id, {
        visitId: visit.id,
        by: researcher.membershipId,
        title: `Number ${number}`,
      });
      // Groups of seven begun at one moment, which the paging must not tear or repeat.
      const begun = new Date(Date.UTC(2011, 0, 1 + Math.floor(number / 7)));
      await t.owner('notes').where({ id: note.id }).update({ created_at: begun });
    }
    const session = await BrowserSession.as(t.app, researcher);
    const pages: string[][] = [];
    let next: string | undefined = `${study.path}/notes`;
    let last = next;
    while (next !== undefined) {
      last = next;
      const $ = await session.page(next);
      pages.push(
        $('.app-note-list h2')
          .toArray()
          .map((heading) => $(heading).text()),
      );
      next = $('a[rel=next]').attr('href');
    }
    expect(pages.map((page) => page.length)).toEqual([30, 30, 10]);
    expect(new Set(pages.flat()).size).toBe(70);
    expect(pages[0]![0]).toMatch(/^Number 70$/);
    const $ = await session.page((await session.page(last))('a[rel=prev]').attr('href')!);
    expect(
      $('.app-note-list h2')
        .toArray()
        .map((heading) => $(heading).text()),
    ).toEqual(pages[1]);
  });

  test('GET /studies/:study/notes · shows only what was chosen · by agency, phase, author and state', async () => {
    const { study, visit, researcher, colleague, agency, phase, session } = await aNoteInHand(t, { title: 'Mine' });
    await aNote(t.owner, study.id, {
      visitId: visit.id,
      by: colleague.membershipId,
      title: 'Hers, finished',
      completed: true,
    });
    const shown = async (query: string) => {
      const $ = await session.page(`${study.path}/notes?${query}`);
      return $('.app-note-list h2')
        .toArray()
        .map((heading) => $(heading).text());
    };
    expect(await shown('')).toEqual(['Hers, finished', 'Mine']);
    expect(await shown(`author=${researcher.membershipId}&agency=&phase=&state=`)).toEqual(['Mine']);
    expect(await shown('state=finished')).toEqual(['Hers, finished']);
    expect(await shown('state=unfinished')).toEqual(['Mine']);
    expect(await shown('state=mine')).toEqual([]);
    expect(await shown(`agency=${agency.id}&phase=${phase.id}`)).toHaveLength(2);
    expect(await shown(`agency=${newId()}`)).toEqual([]);
    expect(await shown(`phase=${newId()}`)).toEqual([]);
    expect(await shown('agency=%27&state=nonsense&after=1')).toHaveLength(2);
  });
});
