import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

const BODY =
  'ON: Worker 1 held the door 👋🏽 for Member 4. "After you," she said. They laughed.\n\nTN: Cafe\u0301 as a שלום place? A small courtesy.';

async function aCodedStudy(given: { body?: string | null } = {}) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by,
    body: given.body === undefined ? BODY : given.body,
  });
  const theme = await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy' });
  const other = await aTheme(t.owner, cast.study.id, { by, name: 'Waiting' });
  const session = await BrowserSession.as(t.app, cast.researcher);
  const path = `${cast.study.path}/notes/${note.id}`;
  return { ...cast, note, theme, other, session, path };
}

/** What selecting `words` of BODY and choosing themes sends. */
function selecting(words: string, themes: { id: string }[], body = BODY) {
  const start = codePointLength(body.slice(0, body.indexOf(words)));
  return {
    revision: 1,
    start,
    end: start + codePointLength(words),
    themes: themes.map(({ id }) => id),
    ids: themes.map(() => newId()),
  };
}

function codingsOf(noteId: string) {
  return t.owner('codings').where({ note_id: noteId }).orderBy('created_at').select();
}

describe('coding a selection', () => {
  test('POST codings · keeps one coding a theme with the words that PostgreSQL cuts itself · around emoji, marks and right-to-left', async () => {
    const { session, path, note, theme, other, study } = await aCodedStudy();
    for (const words of ['door 👋🏽 for', 'Cafe\u0301 as a שלום place', 'said. They laughed.\n\nTN: Cafe\u0301']) {
      const answer = await session.json('post', `${path}/codings`, selecting(words, [theme, other]));
      expect(answer.status).toBe(200);
      expect(answer.body.codings).toHaveLength(2);
    }
    const rows = await codingsOf(note.id);
    expect(rows).toHaveLength(6);
    const { rows: cut } = await t.owner.raw(
      `select count(*)::int as alike from codings join note_revisions r on r.id = revision_id
       where note_id = ? and quote = substring(r.body from start_position + 1 for end_position - start_position)
         and context_before = right(substring(r.body for start_position), char_length(context_before))
         and starts_with(substring(r.body from end_position + 1), context_after)`.replace(
        'where note_id',
        'where codings.note_id',
      ),
      [note.id],
    );
    expect(cut[0].alike).toBe(6);
    expect(rows.find(({ quote }) => quote.startsWith('Cafe')).paragraph_label).toBe('TN');
    expect(rows.find(({ quote }) => quote.startsWith('said')).paragraph_label).toBe('ON');
    const events = await t.owner('events').where({ study_id: study.id, kind: 'coding.made' });
    expect(events).toHaveLength(6);
    expect(JSON.stringify(events)).not.toContain('door');
  });

  test('POST codings · ignores words, coder and study that the browser sends', async () => {
    const { session, path, note, theme, colleague, researcher, study } = await aCodedStudy();
    const other = await aFullStudy(t.owner);
    await session.json('post', `${path}/codings`, {
      ...selecting('small courtesy', [theme]),
      quote: 'forged words',
      coder: colleague.membershipId,
      coder_id: colleague.membershipId,
      study_id: other.study.id,
      created_at: '2001-01-01',
    });
    const [row] = await codingsOf(note.id);
    expect(row).toMatchObject({ quote: 'small courtesy', coder_id: researcher.membershipId, study_id: study.id });
    expect(row.created_at.getFullYear()).toBeGreaterThan(2020);
  });

  test('POST codings · answers the paragraphs as they look now and the item of the list', async () => {
    const { session, path, theme } = await aCodedStudy();
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect(answer.body.paragraphs).toHaveLength(1);
    expect(answer.body.paragraphs[0].html).toContain(`data-coding="${answer.body.codings[0].id}">held the door</mark>`);
    expect(answer.body.codings[0].html).toContain('Courtesy');
    const $ = await session.page(`${path}/coding`);
    expect($('#p1').html()).toBe((await import('cheerio')).load(answer.body.paragraphs[0].html)('#p1').html());
  });

  test('POST codings · codes once · when sent twice at the same time, and again after it was undone', async () => {
    const { session, path, note, theme, other, study } = await aCodedStudy();
    const body = selecting('held the door', [theme, other]);
    const token = await session.token();
    const sending = () =>
      session.agent.post(`${path}/codings`).set('Accept', 'application/json').set('x-csrf-token', token).send(body);
    const answers = await Promise.all([sending(), sending(), sending()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await codingsOf(note.id)).toHaveLength(2);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'coding.made' })).toHaveLength(2);

    await session.json('post', `${study.path}/codings/${body.ids[0]}/removal`, {});
    expect((await sending()).status).toBe(200);
    expect(await codingsOf(note.id)).toHaveLength(2);
  });

  test('POST codings · does not double · when the same words get the same theme under new ids', async () => {
    const { session, path, note, theme } = await aCodedStudy();
    const first = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    const second = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect(second.status).toBe(200);
    expect(second.body.codings.map(({ id }: { id: string }) => id)).toEqual(
      first.body.codings.map(({ id }: { id: string }) => id),
    );
    expect(await codingsOf(note.id)).toHaveLength(1);
  });

  test('POST codings · lets two coders give one passage the same theme', async () => {
    const { session, path, note, theme, colleague } = await aCodedStudy();
    const second = await BrowserSession.as(t.app, colleague);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect((await second.json('post', `${path}/codings`, selecting('held the door', [theme]))).status).toBe(200);
    expect(await codingsOf(note.id)).toHaveLength(2);
  });

  test('POST codings · answers a lost answer again · though the note was saved meanwhile', async () => {
    const { session, path, note, theme, study, researcher } = await aCodedStudy();
    const body = selecting('held the door', [theme]);
    await session.json('post', `${path}/codings`, body);
    await t
      .owner('note_revisions')
      .insert({
        id: newId(),
        study_id: study.id,
        note_id: note.id,
        number: 2,
        title: 'x',
        body: BODY,
        saved_by: researcher.membershipId,
      });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    expect((await session.json('post', `${path}/codings`, body)).status).toBe(200);
  });

  test('POST codings · refuses an id that is taken by something else, without saying by what', async () => {
    const { session, path, note, theme } = await aCodedStudy();
    const elsewhere = await aCodedStudy();
    const foreign = await aCoding(t.owner, elsewhere.study.id, {
      note: elsewhere.note,
      themeId: elsewhere.theme.id,
      by: elsewhere.researcher.membershipId,
      start: 4,
      end: 9,
    });
    const answer = await session.json('post', `${path}/codings`, {
      ...selecting('held the door', [theme]),
      ids: [foreign.id],
    });
    expect(answer.status).toBe(409);
    expect(await codingsOf(note.id)).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    ['outside the text', { start: 5, end: 100_000 }, 'outside the note'],
    ['before the text', { start: -3, end: 5 }, 'outside the note'],
    ['reversed', { start: 20, end: 5 }, 'ends before it begins'],
    ['empty', { start: 5, end: 5 }, 'at least one word'],
    ['only blanks', { start: 77, end: 79 }, 'Only blank space'],
    ['not in whole numbers', { start: 1.5, end: 5 }, 'whole numbers'],
    ['in numbers beyond all size', { start: 1, end: 1e300 }, 'whole numbers'],
    ['not in numbers', { start: '5', end: null }, 'whole numbers'],
    ['without a beginning', { start: undefined, end: 5 }, 'whole numbers'],
  ])('POST codings · answers 422 in words and codes nothing · for a passage %s', async (_, passage, words) => {
    const { session, path, note, theme } = await aCodedStudy();
    const answer = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), ...passage });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(words);
    expect(await codingsOf(note.id)).toEqual([]);
  });

  test('POST codings · answers 422 and codes nothing with any of the themes · when one was removed meanwhile', async () => {
    const { session, path, note, theme, other } = await aCodedStudy();
    await t.owner('themes').where({ id: other.id }).update({ removed_at: new Date() });
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme, other]));
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain('The theme “Waiting” was removed');
    expect(await codingsOf(note.id)).toEqual([]);
  });

  test('POST codings · codes nothing on a removed theme · when it is removed at the same moment', async () => {
    const { session, path, note, theme } = await aCodedStudy();
    const token = await session.token();
    const removing = await t.owner.transaction();
    await removing('themes').where({ id: theme.id }).update({ removed_at: new Date() });
    const sent = session.agent
      .post(`${path}/codings`)
      .set('Accept', 'application/json')
      .set('x-csrf-token', token)
      .send(selecting('held the door', [theme]))
      .then((answer) => answer);
    // It waits for the theme to be decided; asked through the database itself, so that no time is guessed.
    await waitingForLock();
    await removing.commit();
    expect((await sent).status).toBe(422);
    expect(await codingsOf(note.id)).toEqual([]);
  });

  test.each([
    ['of another study', async () => (await aCodedStudy()).theme],
    ['that never was', async () => ({ id: newId() })],
  ])('POST codings · answers 422 alike · for a theme %s', async (_, foreign) => {
    const { session, path, note, theme } = await aCodedStudy();
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme, await foreign()]));
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain('not in this study’s codebook');
    expect(await codingsOf(note.id)).toEqual([]);
  });

  test.each([
    ['no theme', { themes: [] }, 'at least one theme'],
    ['a theme that is no id', { themes: ['x'] }, 'from the list'],
    ['no ids', { ids: [] }, 'Reload the page'],
    ['an id that is none', { ids: ['1'] }, 'Reload the page'],
    ['no revision', { revision: undefined }, 'Reload the page'],
  ])('POST codings · answers 422 in words · with %s', async (_, fields, words) => {
    const { session, path, theme } = await aCodedStudy();
    const answer = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), ...fields });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(words);
  });

  test('POST codings · answers 409 and codes nothing · when the note has a newer revision, or has not that revision yet', async () => {
    const { session, path, note, theme, study, researcher } = await aCodedStudy();
    const early = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), revision: 2 });
    expect(early.status).toBe(409);
    await t
      .owner('note_revisions')
      .insert({
        id: newId(),
        study_id: study.id,
        note_id: note.id,
        number: 2,
        title: 'x',
        body: 'ON: Quite other words.',
        saved_by: researcher.membershipId,
      });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    const late = await session.json('post', `${path}/codings`, selecting('held', [theme]));
    expect(late.status).toBe(409);
    expect(late.body.error).toContain('changed after you opened it');
    expect(await codingsOf(note.id)).toEqual([]);
  });

  test('POST codings · answers 404 · for a removed note, a foreign note, no note and no UUID', async () => {
    const { session, path, note, theme, study } = await aCodedStudy();
    const foreign = await aCodedStudy();
    await t.owner('notes').where({ id: note.id }).update({ removed_at: new Date() });
    for (const notePath of [
      path,
      `${study.path}/notes/${foreign.note.id}`,
      `${study.path}/notes/${newId()}`,
      `${study.path}/notes/17`,
    ]) {
      expect((await session.json('post', `${notePath}/codings`, selecting('held', [theme]))).status).toBe(404);
      expect((await session.get(`${notePath}/coding`)).status).toBe(404);
    }
    expect(await codingsOf(foreign.note.id)).toEqual([]);
  });
});

describe('removing and bringing back', () => {
  async function aMadeCoding() {
    const made = await aCodedStudy();
    const body = selecting('held the door', [made.theme]);
    await made.session.json('post', `${made.path}/codings`, body);
    return { ...made, id: body.ids[0]!, codingPath: `${made.study.path}/codings/${body.ids[0]}` };
  }

  test('POST codings/:coding/removal · hides the coding, and restoration brings it back unchanged', async () => {
    const { session, codingPath, note, path, study } = await aMadeCoding();
    const [before] = await codingsOf(note.id);
    const removed = await session.post(`${codingPath}/removal`);
    expect(removed.headers.location).toBe(`${path}/coding`);
    const $ = await session.page(`${path}/coding`);
    expect($('mark').length).toBe(0);
    expect($('.app-flash form').attr('action')).toBe(`${codingPath}/restoration`);
    await session.post(`${codingPath}/restoration`);
    expect(await codingsOf(note.id)).toEqual([before]);
    expect(
      (await t.owner('events').where({ study_id: study.id }).whereLike('kind', 'coding.%').orderBy('id')).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['coding.made', 'coding.removed', 'coding.restored']);
  });

  test('POST codings/:coding/removal · is done once · when pressed twice', async () => {
    const { session, codingPath, study } = await aMadeCoding();
    await session.post(`${codingPath}/removal`);
    expect((await session.post(`${codingPath}/removal`)).status).toBe(303);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'coding.removed' })).toHaveLength(1);
  });

  test('POST codings/:coding/removal · answers 403 in words and keeps it · for somebody else’s coding, but the lead may', async () => {
    const { codingPath, note, colleague, lead, researcher, path } = await aMadeCoding();
    const second = await BrowserSession.as(t.app, colleague);
    const refused = await second.post(`${codingPath}/removal`);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(`Only ${researcher.name} or the study’s lead`);
    expect((await codingsOf(note.id))[0].removed_at).toBeNull();
    expect((await second.page(`${path}/coding`))('form[data-remove]').length).toBe(0);

    const leading = await BrowserSession.as(t.app, lead);
    await leading.post(`${codingPath}/removal`);
    expect((await codingsOf(note.id))[0].removed_by).toBe(lead.membershipId);
    expect((await second.post(`${codingPath}/restoration`)).status).toBe(403);
  });

  test('POST codings/:coding/restoration · answers 409 in words · when the theme is gone or the passage was coded anew', async () => {
    const { session, codingPath, theme, path, note } = await aMadeCoding();
    await session.post(`${codingPath}/removal`);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    const again = await session.json('post', `${codingPath}/restoration`, {});
    expect(again.status).toBe(409);
    expect(again.body.error).toContain('again meanwhile');
    expect((await codingsOf(note.id)).filter(({ removed_at }) => removed_at === null)).toHaveLength(1);

    await t.owner('themes').where({ id: theme.id }).update({ removed_at: new Date() });
    const gone = await session.json('post', `${codingPath}/restoration`, {});
    expect(gone.status).toBe(409);
    expect(gone.body.error).toContain('The theme “Courtesy” was removed');
  });

  test('POST codings/:coding/removal · answers 404 · for another study’s coding, a removed note’s, none and no UUID', async () => {
    const mine = await aMadeCoding();
    const foreign = await aMadeCoding();
    await t.owner('notes').where({ id: mine.note.id }).update({ removed_at: new Date() });
    for (const id of [foreign.id, mine.id, newId(), 'x'])
      for (const action of ['removal', 'restoration'])
        expect((await mine.session.post(`${mine.study.path}/codings/${id}/${action}`)).status).toBe(404);
    expect((await codingsOf(foreign.note.id))[0].removed_at).toBeNull();
  });
});

describe('who may', () => {
  test('every coding route · answers 404 · to agency staff and to members of other studies', async () => {
    const { path, study, staff, note, theme, researcher } = await aCodedStudy();
    const coding = await aCoding(t.owner, study.id, {
      note,
      themeId: theme.id,
      by: researcher.membershipId,
      start: 4,
      end: 12,
    });
    const stranger = (await aFullStudy(t.owner)).lead;
    for (const person of [staff, stranger]) {
      const session = await BrowserSession.as(t.app, person);
      expect((await session.get(`${path}/coding`)).status).toBe(404);
      expect((await session.get(`${path}/coding?by=sentences`)).status).toBe(404);
      expect((await session.json('post', `${path}/codings`, selecting('held', [theme]))).status).toBe(404);
      expect((await session.post(`${study.path}/codings/${coding.id}/removal`)).status).toBe(404);
      expect((await session.post(`${study.path}/codings/${coding.id}/restoration`)).status).toBe(404);
    }
    expect(await codingsOf(note.id)).toHaveLength(1);
  });
});

async function waitingForLock(): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    const { rows } = await t.owner.raw(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
  throw new Error('nothing waits for a lock');
}
