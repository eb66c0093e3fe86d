import { describe, expect, test } from '@jest/globals';
import { type Actor, inIdentities, inStudy } from '../../server/database/connection.ts';
import { lookAtReplacements } from '../../server/deidentification/deidentification-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { anAttachment, aParticipant } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { AFTER, ALL, BODY, useRawNote } from './a-raw-note.ts';

const t = useTestApp();
const { raw, deidentify, code, stored, readBy, choose } = useRawNote(t);

describe('before a note is de-identified', () => {
  test('the team reads it · in a study that says so', async () => {
    const { author, colleague, lead } = raw;
    await code('smiled', colleague);
    for (const actor of [lead, author, colleague])
      expect(await readBy(actor)).toEqual({
        revisions: [1],
        paragraphs: [BODY],
        search: 1,
        found: 1,
        quotes: ['smiled'],
        files: 0,
      });
  });

  test('only its author and the lead read it · in a study that says so, in every table that holds its words', async () => {
    const { cast, note, author, colleague, lead } = raw;
    await code('smiled', author);
    await anAttachment(t.owner, cast.study.id, { noteId: note.id, by: author.membershipId });
    await choose('author');
    await t.owner('note_revisions').insert({
      id: newId(),
      study_id: cast.study.id,
      note_id: note.id,
      number: 2,
      title: 'Sam',
      body: BODY,
      saved_by: author.membershipId,
    });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    await anAttachment(t.owner, cast.study.id, { noteId: note.id, by: author.membershipId });
    const nothing = { revisions: [], paragraphs: [], search: 0, found: 0, quotes: [], files: 0 };
    const everything = { revisions: [1, 2], paragraphs: [BODY], search: 1, found: 1, quotes: ['smiled'], files: 2 };
    expect([await readBy(lead), await readBy(author), await readBy(colleague)]).toEqual([
      everything,
      everything,
      nothing,
    ]);
    await choose('team');
    expect(await readBy(colleague)).toEqual(everything);
  });

  test('a page says why there is nothing to read · and changes nothing for whoever may read it', async () => {
    const { cast, note } = raw;
    await choose('author');
    const [theirs, mine] = [
      await BrowserSession.as(t.app, cast.colleague),
      await BrowserSession.as(t.app, cast.researcher),
    ];
    const path = `${cast.study.path}/notes/${note.id}`;
    const page = await theirs.get(path);
    expect([
      page.status,
      page.text.includes('has not been de-identified yet'),
      page.text.includes('Northside'),
    ]).toEqual([200, true, false]);
    for (const place of ['/edit', '/coding', '/revisions/1', '/comparison?from=1&to=1'])
      expect([place, (await theirs.get(`${path}${place}`)).status]).toEqual([place, 404]);
    expect((await mine.get(path)).text).toContain('Northside');
    expect((await mine.get(`${path}/edit`)).status).toBe(200);
    for (const place of ['', '/notes', `/search?q=smiled`, '/extracts', '/visits', '/double-codings', '/agreement'])
      expect([place, (await theirs.get(`${cast.study.path}${place}`)).text.includes('Sam at the centre')]).toEqual([
        place,
        false,
      ]);
  });

  test('keeps as a draft what somebody typed who may no longer save it · and says so', async () => {
    const { cast, note } = raw;
    const session = await BrowserSession.as(t.app, cast.colleague);
    await choose('author');
    const path = `${cast.study.path}/notes/${note.id}`;
    const fields = { id: newId(), base: 1, version: 0, title: 'Mine', body: 'My words' };
    const answer = await session.json('post', `${path}/revisions`, fields);
    expect([answer.status, answer.body.error]).toEqual([409, expect.stringContaining('kept as your draft')]);
    expect(await t.owner('note_drafts').where({ note_id: note.id }).first('body')).toEqual({ body: 'My words' });
  });
});

describe('de-identifying', () => {
  test('makes the next revision, which all read · and keeps the raw one for author and lead', async () => {
    const { cast, note, author, colleague, lead } = raw;
    await deidentify(author);
    expect(await stored()).toMatchObject({
      deidentification: 'de-identified',
      deidentified_by: author.membershipId,
      latest_revision: 2,
      checked_by: null,
    });
    expect(await readBy(colleague)).toMatchObject({ revisions: [2], paragraphs: [AFTER], search: 1, found: 1 });
    expect(await readBy(author)).toMatchObject({ revisions: [1, 2], paragraphs: [AFTER] });
    expect(await readBy(lead)).toMatchObject({ revisions: [1, 2] });
    const theirs = await BrowserSession.as(t.app, cast.colleague);
    const page = await theirs.get(`${cast.study.path}/notes/${note.id}/revisions`);
    expect(page.text).not.toContain('comparison?from=1');
    expect(page.text).not.toContain('Sam');
  });

  test('carries codings through the replacements · each with the words that are there now', async () => {
    const { author, colleague, lead } = raw;
    const expected: [string, string | null][] = [
      ['Sam met Ann', '[Member 4] met [Worker 2]'],
      ['Ann', '[Worker 2]'],
      ['smiled', 'smiled'],
      ['Northside', null],
      [BODY, AFTER],
    ];
    const made = [];
    for (const [words, becomes] of expected) made.push({ ...(await code(words, colleague)), becomes, words });
    const removed = await code('met', colleague, { removed: true });
    await deidentify(author);
    for (const { id, words, becomes } of made) {
      const coding = await t.owner('codings').where({ id }).first();
      expect([words, coding.quote, coding.needs_review_at !== null]).toEqual([
        words,
        becomes ?? words,
        becomes === null,
      ]);
      expect(coding.kept_for).toBe(becomes === null ? author.membershipId : null);
    }
    expect(await t.owner('codings').where({ id: removed.id }).first('quote', 'start_position')).toEqual({
      quote: 'met',
      start_position: AFTER.indexOf('met'),
    });
    // What cannot be mapped is not lost: author and lead have it before them, and nobody else reads the old words.
    expect((await readBy(colleague)).quotes).not.toContain('Northside');
    expect((await readBy(author)).quotes).toContain('Northside');
    expect((await readBy(lead)).quotes).toContain('Northside');
  });

  test('finds codings that the de-identifier did not make and may not see any more · a colleague can do it', async () => {
    const { colleague, lead } = raw;
    const coding = await code('Ann', lead);
    await deidentify(colleague);
    expect(await t.owner('codings').where({ id: coding.id }).first('quote', 'kept_for')).toEqual({
      quote: '[Worker 2]',
      kept_for: null,
    });
  });

  test('stores the originals encrypted only · shown to author and lead, with a line in the trail', async () => {
    const { note, author, colleague, lead } = raw;
    await deidentify(author);
    const logged = JSON.stringify(await t.owner('deidentification_log').where({ note_id: note.id }));
    expect(logged).not.toContain('Northside');
    expect(logged).not.toContain(Buffer.from('Northside').toString('hex'));
    expect(
      (await lookAtReplacements(t.database.db, lead, note.id)).map(({ field, original, replacement, by }) => [
        field,
        original,
        replacement,
        by,
      ]),
    ).toEqual([
      ['title', 'Sam', '[Member 4]', author.name],
      ['body', 'Sam', '[Member 4]', author.name],
      ['body', 'Ann', '[Worker 2]', author.name],
      ['body', 'Northside Centre', '[Agency C]', author.name],
      ['body', '3 May', '[spring 2011]', author.name],
      ['body', 'Sam', '[Member 4]', author.name],
    ]);
    await lookAtReplacements(t.database.db, author, note.id);
    await expect(lookAtReplacements(t.database.db, colleague, note.id)).rejects.toThrow('could not find');
    const events = await t
      .owner('events')
      .where({ subject_id: note.id })
      .select('kind', 'before', 'after', 'membership_id');
    expect(
      events.filter(({ kind }) => kind === 'replacements.viewed').map(({ membership_id }) => membership_id),
    ).toEqual([lead.membershipId, author.membershipId]);
    expect(JSON.stringify(events)).not.toMatch(/Sam|Northside/);
    const closed = await inStudy(t.database.db, lead, (trx) => trx('deidentification_log').select('id'));
    expect(closed).toEqual([]);
    expect(
      await inStudy(t.database.db, lead, (trx) => inIdentities(trx, () => trx('deidentification_log').select('id'))),
    ).toHaveLength(6);
  });

  test('withholds what still names somebody who declined · when their name was left in it', async () => {
    const { cast, note, author } = raw;
    const ann = await aParticipant(t.owner, cast.study.id, cast.agency.id, {
      pseudonym: 'Worker 2',
      consent: 'declined',
    });
    await anIdentity(t.owner, cast.study.id, {
      participantId: ann.id,
      by: cast.lead.membershipId,
      fullName: 'Ann Lee',
      otherNames: [],
    });
    await deidentify(author, [ALL[0]!]);
    const { id } = await t.owner('note_revisions').where({ note_id: note.id, number: 2 }).first('id');
    expect(await t.owner('note_withheld').where({ note_id: note.id, revision_id: id }).pluck('participant_id')).toEqual(
      [ann.id],
    );
    // In the browser, as it is sent from there.
    const session = await BrowserSession.as(t.app, cast.researcher);
    const sent = await session.post(`${cast.study.path}/notes/${note.id}/deidentification`, {
      id: newId(),
      base: '2',
      moreWords: 'Northside Centre',
      moreText: '[Agency C]',
      moreCategory: 'organisation',
    });
    expect(sent.status).toBe(303);
    const third = await t.owner('note_revisions').where({ note_id: note.id, number: 3 }).first('id', 'body');
    expect(third.body).toContain('Ann at [Agency C]');
    expect(await t.owner('note_withheld').where({ revision_id: third.id }).pluck('participant_id')).toEqual([ann.id]);
  });

  test('happens once · when it is sent twice', async () => {
    const { note, author } = raw;
    const id = newId();
    await deidentify(author, ALL, 1, id);
    await deidentify(author, ALL, 1, id);
    expect((await stored()).latest_revision).toBe(2);
    expect(await t.owner('deidentification_log').where({ note_id: note.id })).toHaveLength(6);
  });

  test('changes nothing · where somebody saved in between, or the words are not there', async () => {
    const { author } = raw;
    await expect(deidentify(author, [{ ...ALL[0]!, words: 'Tom' }])).rejects.toThrow('does not stand there');
    await expect(deidentify(author, [ALL[0]!, { ...ALL[0]!, end: 11, words: 'Sam met' }])).rejects.toThrow('overlap');
    await expect(deidentify(author, ALL, 7)).rejects.toThrow('saved revision 1 after you opened');
    expect(await stored()).toMatchObject({ deidentification: 'raw', latest_revision: 1 });
  });

  test('puts a text away in which a name was overlooked · when it is de-identified once more', async () => {
    const { author, colleague } = raw;
    await deidentify(author, ALL.slice(0, 1));
    const words = 'Northside Centre';
    const start = BODY.indexOf(words) + '[Member 4]'.length - 'Sam'.length;
    await deidentify(colleague, [{ ...ALL[2]!, start, end: start + words.length }], 2);
    expect((await readBy(colleague)).revisions).toEqual([3]);
    expect((await readBy(author)).revisions).toEqual([1, 2, 3]);
  });
});

describe('what has left', () => {
  test('holds no words that are kept for the author · not even the lead’s export', async () => {
    const { cast, author } = raw;
    await code('smiled', author);
    await choose('author');
    const session = await BrowserSession.as(t.app, cast.lead);
    const id = newId();
    const requested = await session.post(`${cast.study.path}/exports`, { id });
    expect(requested.status).toBe(303);
    const file = await session.get(`${cast.study.path}/exports/${id}/file`);
    expect([file.status, file.text.includes('smiled')]).toEqual([200, false]);
  });

  test('is no draft of others · for the database either', async () => {
    const { cast, note, author, colleague, lead } = raw;
    await t.owner('note_drafts').insert({
      note_id: note.id,
      membership_id: author.membershipId,
      study_id: cast.study.id,
      base_revision: 1,
      title: 'Draft',
      body: 'Sam',
    });
    const drafts = (actor: Actor) => inStudy(t.database.db, actor, (trx) => trx('note_drafts').pluck('body'));
    expect([await drafts(author), await drafts(colleague), await drafts(lead)]).toEqual([['Sam'], [], []]);
  });
});
