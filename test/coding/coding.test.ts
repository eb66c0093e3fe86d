import { describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, BODY, codingsOf, saveAnother, selecting } from './coded-study.ts';

const t = useTestApp();
const BLANKS = codePointLength(BODY.slice(0, BODY.indexOf('\n\n')));

describe('coding a selection', () => {
  test('POST codings · keeps one coding a theme with the words that PostgreSQL cuts itself · around emoji, marks and right-to-left', async () => {
    const { session, path, note, theme, other, study } = await aCodedStudy(t);
    for (const words of ['door 👋🏽 for', 'Cafe\u0301 as a שלום place', 'said. They laughed.\n\nTN: Cafe\u0301']) {
      const answer = await session.json('post', `${path}/codings`, selecting(words, [theme, other]));
      expect(answer.status).toBe(200);
      expect(answer.body.codings).toHaveLength(2);
    }
    const rows = await codingsOf(t, note.id);
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
    const { session, path, note, theme, colleague, researcher, study } = await aCodedStudy(t);
    const other = await aFullStudy(t.owner);
    await session.json('post', `${path}/codings`, {
      ...selecting('small courtesy', [theme]),
      quote: 'forged words',
      coder: colleague.membershipId,
      coder_id: colleague.membershipId,
      study_id: other.study.id,
      created_at: '2001-01-01',
    });
    const [row] = await codingsOf(t, note.id);
    expect(row).toMatchObject({ quote: 'small courtesy', coder_id: researcher.membershipId, study_id: study.id });
    expect(row.created_at.getFullYear()).toBeGreaterThan(2020);
  });

  test('POST codings · answers the paragraphs as they look now and the item of the list', async () => {
    const { session, path, theme } = await aCodedStudy(t);
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect(answer.body.paragraphs).toHaveLength(1);
    expect(answer.body.paragraphs[0].html).toContain(`data-coding="${answer.body.codings[0].id}">held the door</mark>`);
    expect(answer.body.codings[0].html).toContain('Courtesy');
    const $ = await session.page(`${path}/coding`);
    expect($('#p1').html()).toBe(load(answer.body.paragraphs[0].html)('#p1').html());
  });

  test('POST codings · answers the item under the whole path of its theme, and the codings of colleagues in the paragraph', async () => {
    const { session, path, note, theme, other, study, researcher, colleague } = await aCodedStudy(t);
    const by = researcher.membershipId;
    const below = await aTheme(t.owner, study.id, { by, name: 'Doors', parentId: theme.id });
    const [start, end] = [4, 12];
    const theirs = { note, themeId: other.id, by: colleague.membershipId };
    const near = await aCoding(t.owner, study.id, { ...theirs, start, end });
    // In another paragraph, so that it is not painted.
    const far = await aCoding(t.owner, study.id, { ...theirs, start: BLANKS + 4, end: BLANKS + 9 });
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [below]));
    expect(answer.body.codings[0].html).toContain('<strong>Courtesy &gt; Doors</strong>');
    expect(answer.body.codings[0].html).toContain('Paragraph 1');
    expect(answer.body.paragraphs).toHaveLength(1);
    expect(answer.body.paragraphs[0].html).toContain(`data-coding="${near.id}"`);
    expect(answer.body.paragraphs[0].html).not.toContain(far.id);
  });

  test('POST codings · sent again, answers the coding where it stands now · though that is another paragraph', async () => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const body = selecting('held the door', [theme]);
    await session.json('post', `${path}/codings`, body);
    const moved = selecting('courtesy', [theme]);
    await t.owner('codings').where({ note_id: note.id }).update({
      start_position: moved.start,
      end_position: moved.end,
      quote: 'courtesy',
    });
    const answer = await session.json('post', `${path}/codings`, body);
    expect(answer.status).toBe(200);
    expect(answer.body.codings[0]).toMatchObject({ id: body.ids[0], start: moved.start });
    expect(answer.body.codings[0].html).toContain('Paragraph 2');
    expect(answer.body.paragraphs.map(({ number }: { number: number }) => number)).toEqual([1]);
    expect(answer.body.paragraphs[0].html).not.toContain('<mark');
  });

  test('POST codings · codes once · when sent twice at the same time, and again after it was undone', async () => {
    const { session, path, note, theme, other, study } = await aCodedStudy(t);
    const body = selecting('held the door', [theme, other]);
    const token = await session.token();
    const sending = () =>
      session.agent.post(`${path}/codings`).set('Accept', 'application/json').set('x-csrf-token', token).send(body);
    const answers = await Promise.all([sending(), sending(), sending()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await codingsOf(t, note.id)).toHaveLength(2);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'coding.made' })).toHaveLength(2);

    await session.json('post', `${study.path}/codings/${body.ids[0]}/removal`, {});
    expect((await sending()).status).toBe(200);
    expect(await codingsOf(t, note.id)).toHaveLength(2);
  });

  test('POST codings · does not double · when the same words get the same theme under new ids', async () => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const first = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    const second = await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect(second.status).toBe(200);
    expect(second.body.codings.map(({ id }: { id: string }) => id)).toEqual(
      first.body.codings.map(({ id }: { id: string }) => id),
    );
    expect(await codingsOf(t, note.id)).toHaveLength(1);
  });

  test('POST codings · lets two coders give one passage the same theme', async () => {
    const { session, path, note, theme, colleague } = await aCodedStudy(t);
    const second = await BrowserSession.as(t.app, colleague);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    expect((await second.json('post', `${path}/codings`, selecting('held the door', [theme]))).status).toBe(200);
    expect(await codingsOf(t, note.id)).toHaveLength(2);
  });

  test('POST codings · answers a lost answer again · though the note was saved meanwhile', async () => {
    const { session, path, note, theme, study, researcher } = await aCodedStudy(t);
    const body = selecting('held the door', [theme]);
    await session.json('post', `${path}/codings`, body);
    await saveAnother(t, { study, note, researcher }, BODY);
    expect((await session.json('post', `${path}/codings`, body)).status).toBe(200);
  });

  test('POST codings · refuses an id that is taken by something else, without saying by what', async () => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const elsewhere = await aCodedStudy(t);
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
    expect(await codingsOf(t, note.id)).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    ['outside the text', { start: 5, end: 100_000 }, 'outside the note'],
    ['before the text', { start: -3, end: 5 }, 'outside the note'],
    ['reversed', { start: 20, end: 5 }, 'ends before it begins'],
    ['empty', { start: 5, end: 5 }, 'at least one word'],
    ['only blanks', { start: BLANKS, end: BLANKS + 2 }, 'Only blank space'],
    ['not in whole numbers', { start: 1.5, end: 5 }, 'whole numbers'],
    ['in numbers beyond all size', { start: 1, end: 1e300 }, 'whole numbers'],
    ['not in numbers', { start: '5', end: null }, 'whole numbers'],
    ['without a beginning', { start: undefined, end: 5 }, 'whole numbers'],
  ])('POST codings · answers 422 in words and codes nothing · for a passage %s', async (_, passage, words) => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const answer = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), ...passage });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(words);
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test('POST codings · answers 422 and codes nothing with any of the themes · when one was removed meanwhile', async () => {
    const { session, path, note, theme, other } = await aCodedStudy(t);
    await t.owner('themes').where({ id: other.id }).update({ removed_at: new Date() });
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme, other]));
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain('The theme “Waiting” was removed');
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test('POST codings · codes nothing on a removed theme · when it is removed at the same moment', async () => {
    const { session, path, note, theme } = await aCodedStudy(t);
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
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test.each([
    ['of another study', async () => (await aCodedStudy(t)).theme],
    ['that never was', async () => ({ id: newId() })],
  ])('POST codings · answers 422 alike · for a theme %s', async (_, foreign) => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const answer = await session.json('post', `${path}/codings`, selecting('held the door', [theme, await foreign()]));
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain('not in this study’s codebook');
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test.each([
    ['no theme', { themes: [] }, 'at least one theme'],
    ['a theme that is no id', { themes: ['x'] }, 'from the list'],
    ['no ids', { ids: [] }, 'Reload the page'],
    ['an id that is none', { ids: ['1'] }, 'Reload the page'],
    ['no revision', { revision: undefined }, 'Reload the page'],
  ])('POST codings · answers 422 in words · with %s', async (_, fields, words) => {
    const { session, path, theme } = await aCodedStudy(t);
    const answer = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), ...fields });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(words);
  });

  test('POST codings · answers 409 and codes nothing · when the note has a newer revision, or has not that revision yet', async () => {
    const { session, path, note, theme, study, researcher } = await aCodedStudy(t);
    const early = await session.json('post', `${path}/codings`, { ...selecting('held', [theme]), revision: 2 });
    expect(early.status).toBe(409);
    await saveAnother(t, { study, note, researcher }, 'ON: Quite other words.');
    const late = await session.json('post', `${path}/codings`, selecting('held', [theme]));
    expect(late.status).toBe(409);
    expect(late.body.error).toContain('changed after you opened it');
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test('POST codings · answers 404 · for a removed note, a foreign note, no note and no UUID', async () => {
    const { session, path, note, theme, study } = await aCodedStudy(t);
    const foreign = await aCodedStudy(t);
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
    expect(await codingsOf(t, foreign.note.id)).toEqual([]);
    expect(await codingsOf(t, note.id)).toEqual([]);
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

describe('a note with many codings', () => {
  test('GET coding · lists the words of a hundred, a line of each other, and all of them on demand', async () => {
    const { session, path, study, note, theme, researcher } = await aCodedStudy(t);
    const by = researcher.membershipId;
    for (let index = 0; index < 102; index += 1) {
      const [start, length] = [index % 40, 10 + Math.floor(index / 40)];
      await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start, end: start + length });
    }
    const $ = await session.page(`${path}/coding`);
    expect($('[data-codings-count]').text()).toBe('102');
    expect($('#coding-list > li').length).toBe(102);
    expect($('#coding-list blockquote').length).toBe(100);
    expect($('#coding-list > [data-brief]').first().text()).toContain('Courtesy, paragraph 1');
    const all = await session.page($('a:contains("Show all of them")').attr('href')!);
    expect(all('#coding-list blockquote').length).toBe(102);
  });
});
