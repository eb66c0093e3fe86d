import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aNote } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aBlindStudy, aStudyWithCoders, code, openCodingsOf } from './a-blind-study.ts';

const t = useTestApp();

type Cast = Awaited<ReturnType<typeof aStudyWithCoders>>;
const both = (cast: Cast) => [cast.researcher.membershipId, cast.colleague.membershipId];
const assigned = (cast: Cast) => t.owner('double_codings').where({ study_id: cast.study.id }).select();
const assign = (cast: Cast, fields: Record<string, string | string[]> = {}) =>
  cast.asLead.post(`${cast.path}/double-codings`, { id: newId(), note: cast.note.id, coders: both(cast), ...fields });
const eventsOf = (cast: Cast, kind: string) => t.owner('events').where({ study_id: cast.study.id, kind });

describe('giving a note to coders', () => {
  test('seals what was coded before, and says that it had been coded', async () => {
    const cast = await aStudyWithCoders(t);
    const place = { note: cast.note, themeId: cast.theme.id, start: 4, end: 12 };
    await aCoding(t.owner, cast.study.id, { ...place, by: cast.researcher.membershipId });
    expect((await cast.asColleague.page(`${cast.path}/notes/${cast.note.id}/coding`))('mark')).toHaveLength(1);
    expect((await assign(cast)).status).toBe(303);
    expect(await assigned(cast)).toMatchObject([
      { note_id: cast.note.id, revision_id: cast.note.revisionId, was_coded: true, opened_at: null, draw_id: null },
    ]);
    expect(await openCodingsOf(t, cast.note.id)).toEqual([]);
    expect((await cast.asColleague.page(`${cast.path}/notes/${cast.note.id}/coding`))('mark')).toHaveLength(0);
    expect((await cast.asResearcher.page(`${cast.path}/notes/${cast.note.id}/coding`))('mark')).toHaveLength(1);
    const [event] = await eventsOf(cast, 'double-coding.assigned');
    expect(event.after).toMatchObject({ noteId: cast.note.id, wasCoded: true });
  });

  test('a note that nobody has coded · is coded independently', async () => {
    const cast = await aStudyWithCoders(t);
    await assign(cast);
    expect(await assigned(cast)).toMatchObject([{ was_coded: false }]);
    const mine = await cast.asColleague.page(`${cast.path}/double-codings`);
    expect(mine('.app-blind').text()).toContain('At the door');
    expect(mine('table').text()).toContain('0 of 2 have finished');
    const leads = await cast.asLead.page(`${cast.path}/double-codings`);
    expect(leads('.app-blind')).toHaveLength(0);
    expect(leads('table').text()).toContain('still coding');
  });

  test('the form sent twice, even at once · gives the note once', async () => {
    const cast = await aStudyWithCoders(t);
    const id = newId();
    const answers = await Promise.all([assign(cast, { id }), assign(cast, { id })]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await assign(cast, { id })).status).toBe(303);
    expect(await assigned(cast)).toHaveLength(1);
    expect(await eventsOf(cast, 'double-coding.assigned')).toHaveLength(1);
  });

  test.each([
    ['one coder', (cast: Cast) => ({ coders: [cast.lead.membershipId] }), 'Choose two or more coders'],
    [
      'the same twice',
      (cast: Cast) => ({ coders: Array(2).fill(cast.lead.membershipId) }),
      'Choose two or more coders',
    ],
    [
      'agency staff',
      (cast: Cast) => ({ coders: [cast.lead.membershipId, cast.staff.membershipId] }),
      'no longer in the team',
    ],
    ['no note', () => ({ note: '' }), 'Choose a note'],
    ['a note that there is not', () => ({ note: newId() }), 'can no longer be given to coders'],
  ])('%s · is refused with what to do, and what was chosen is kept', async (_what, fields, words) => {
    const cast = await aStudyWithCoders(t);
    const answer = await assign(cast, fields(cast));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain('checked');
    expect(await assigned(cast)).toEqual([]);
  });

  test('a note that is not finished, is removed, or is coded blind already · is refused', async () => {
    const cast = await aStudyWithCoders(t);
    const place = { visitId: cast.visit.id, by: cast.lead.membershipId };
    const unfinished = await aNote(t.owner, cast.study.id, place);
    const removed = await aNote(t.owner, cast.study.id, { ...place, completed: true });
    await t.owner('notes').where({ id: removed.id }).update({ removed_at: new Date() });
    const blind = await aNote(t.owner, cast.study.id, { ...place, completed: true });
    await aDoubleCoding(t.owner, cast.study.id, { noteId: blind.id, by: cast.lead.membershipId, coders: both(cast) });
    for (const { id } of [unfinished, removed, blind]) expect((await assign(cast, { note: id })).status).toBe(422);
    const $ = await cast.asLead.page(`${cast.path}/double-codings/new`);
    expect(
      $('input[name=note]')
        .map((_, radio) => $(radio).attr('value'))
        .get(),
    ).toEqual([cast.note.id]);
  });
});

describe('coding blind', () => {
  test('nobody sees a colleague’s codings on any page, and each sees their own', async () => {
    const cast = await aBlindStudy(t);
    expect((await code(cast.asResearcher, cast, 4, 12)).status).toBe(200);
    expect((await code(cast.asColleague, cast, 13, 17)).status).toBe(200);
    const pages = ['', '/themes', `/themes/${cast.theme.id}`, '/extracts', `/notes/${cast.note.id}`];
    for (const page of [...pages, `/notes/${cast.note.id}/coding`, `/notes/${cast.note.id}/coding?by=sentences`]) {
      const { text } = await cast.asLead.get(`${cast.path}${page}`);
      for (const { name } of [cast.researcher, cast.colleague])
        expect([page, text.includes(`coded by ${name}`)]).toEqual([page, false]);
    }
    const marks = async (session: typeof cast.asLead) =>
      (await session.page(`${cast.path}/notes/${cast.note.id}/coding`))('mark').text();
    expect(await marks(cast.asResearcher)).toBe('Worker 1');
    expect(await marks(cast.asColleague)).toBe('held');
    expect(await marks(cast.asLead)).toBe('');
    expect((await cast.asLead.page(`${cast.path}/extracts`))('.app-extract')).toHaveLength(0);
    expect((await cast.asColleague.page(`${cast.path}/extracts`))('.app-extract')).toHaveLength(1);
    // The lead's home still offers the note as one that nobody has coded.
    expect((await cast.asLead.page(cast.path)).text()).toContain('At the door');
  });

  test('an export · leaves out what is coded blind, for its coder too', async () => {
    const cast = await aBlindStudy(t);
    await code(cast.asResearcher, cast, 4, 12);
    const id = newId();
    await cast.asResearcher.post(`${cast.path}/exports`, { id });
    const file = await cast.asResearcher.get(`${cast.path}/exports/${id}/file`);
    expect(file.status).toBe(200);
    expect(file.text.trim().split('\n')).toHaveLength(1);
  });

  test('the lead · cannot remove a coding that they cannot see', async () => {
    const cast = await aBlindStudy(t);
    const coded = await code(cast.asResearcher, cast, 4, 12);
    const id = coded.body.codings[0].id;
    expect((await cast.asLead.post(`${cast.path}/codings/${id}/removal`)).status).toBe(404);
  });
});

describe('finishing', () => {
  test('the last to finish · opens the codings, and what each had coded is kept as it was', async () => {
    const cast = await aBlindStudy(t);
    await code(cast.asResearcher, cast, 4, 12);
    await code(cast.asColleague, cast, 13, 17);
    const first = await cast.asResearcher.post(`${cast.base}/completion`);
    expect(first.headers.location).toBe(`${cast.path}/double-codings`);
    expect(await openCodingsOf(t, cast.note.id)).toEqual([]);
    expect(await t.owner('double_coding_passages').where({ double_coding_id: cast.doubleCoding.id })).toEqual([]);
    const last = await cast.asColleague.post(`${cast.base}/completion`);
    expect(last.headers.location).toBe(`${cast.path}/agreement/notes/${cast.note.id}`);
    expect(await openCodingsOf(t, cast.note.id)).toHaveLength(2);
    const passages = t.owner('double_coding_passages').where({ double_coding_id: cast.doubleCoding.id });
    expect(await passages.orderBy('start_position').select('coder_id', 'start_position', 'end_position')).toEqual([
      { coder_id: cast.researcher.membershipId, start_position: 4, end_position: 12 },
      { coder_id: cast.colleague.membershipId, start_position: 13, end_position: 17 },
    ]);
    expect((await assigned(cast))[0]).toMatchObject({ opened_by: null, opened_at: expect.any(Date) });
    expect(await eventsOf(cast, 'double-coding.opened')).toHaveLength(1);
    const $ = await cast.asLead.page(`${cast.path}/double-codings`);
    expect($('#opened').parent().text()).toContain('At the door');
  });

  test('all at the same moment · open it once', async () => {
    const cast = await aBlindStudy(t);
    await code(cast.asResearcher, cast, 4, 12);
    const answers = await Promise.all(
      [cast.asResearcher, cast.asColleague, cast.asColleague].map((session) => session.post(`${cast.base}/completion`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await eventsOf(cast, 'double-coding.finished')).toHaveLength(2);
    expect(await eventsOf(cast, 'double-coding.opened')).toHaveLength(1);
    expect(await openCodingsOf(t, cast.note.id)).toHaveLength(1);
  });

  test('a coder · takes it back until it is open, and not after', async () => {
    const cast = await aBlindStudy(t);
    await cast.asResearcher.post(`${cast.base}/completion`);
    expect((await cast.asResearcher.post(`${cast.base}/completion/removal`)).status).toBe(303);
    await cast.asColleague.post(`${cast.base}/completion`);
    expect((await assigned(cast))[0].opened_at).toBeNull();
    await cast.asResearcher.post(`${cast.base}/completion`);
    const late = await cast.asResearcher.post(`${cast.base}/completion/removal`);
    expect(late.status).toBe(409);
    expect(late.text).toContain('You can still change your codings');
  });

  test('who is not a coder of it · cannot finish it', async () => {
    const cast = await aBlindStudy(t);
    expect((await cast.asLead.post(`${cast.base}/completion`)).status).toBe(404);
    expect((await cast.asLead.post(`${cast.base}/completion/removal`)).status).toBe(404);
  });

  test('the lead · opens it early, which is said', async () => {
    const cast = await aBlindStudy(t);
    await code(cast.asResearcher, cast, 4, 12);
    await cast.asColleague.post(`${cast.base}/completion`);
    expect((await cast.asLead.post(`${cast.base}/opening`)).status).toBe(303);
    expect((await cast.asLead.post(`${cast.base}/opening`)).status).toBe(303);
    expect(await openCodingsOf(t, cast.note.id)).toHaveLength(1);
    expect(await eventsOf(cast, 'double-coding.opened')).toHaveLength(1);
    const $ = await cast.asColleague.page(`${cast.path}/double-codings`);
    expect($.text()).toContain(`${cast.lead.name} opened it before ${cast.researcher.name} had finished`);
  });

  test('what is coded after the opening · is seen at once and is no part of what was kept', async () => {
    const cast = await aBlindStudy(t);
    await cast.asLead.post(`${cast.base}/opening`);
    await code(cast.asResearcher, cast, 4, 12);
    expect(await openCodingsOf(t, cast.note.id)).toHaveLength(1);
    expect(await t.owner('double_coding_passages').where({ double_coding_id: cast.doubleCoding.id })).toEqual([]);
  });
});

describe('the text of a note that is coded blind', () => {
  const save = (fields: object = {}) => ({
    id: newId(),
    title: 'At the door',
    body: 'ON: Other words.',
    base: '1',
    version: '0',
    ...fields,
  });
  const revisions = (cast: Cast) => t.owner('note_revisions').where({ note_id: cast.note.id });

  test('cannot be saved, and what was typed stays in the form and as a draft', async () => {
    const cast = await aBlindStudy(t);
    const answer = await cast.asResearcher.post(`${cast.path}/notes/${cast.note.id}/revisions`, save());
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('is being coded blind');
    expect(answer.text).toContain('ON: Other words.');
    expect(await revisions(cast)).toHaveLength(1);
    expect(await t.owner('note_drafts').where({ note_id: cast.note.id })).toMatchObject([
      { membership_id: cast.researcher.membershipId, body: 'ON: Other words.', discarded_at: null },
    ]);
    const again = await cast.asResearcher.json('post', `${cast.path}/notes/${cast.note.id}/revisions`, save());
    expect([again.status, again.body]).toEqual([
      409,
      { error: expect.stringContaining('kept as your draft'), version: 1 },
    ]);
  });

  test('cannot be taken back to an older one', async () => {
    const cast = await aStudyWithCoders(t);
    await cast.asLead.post(`${cast.path}/notes/${cast.note.id}/revisions`, save());
    await assign(cast);
    const path = `${cast.path}/notes/${cast.note.id}/revisions/1/restoration`;
    const answer = await cast.asLead.post(path, { id: newId(), base: '2' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('once their codings are opened');
    expect(await revisions(cast)).toHaveLength(2);
  });

  test('is saved again once the codings are open', async () => {
    const cast = await aBlindStudy(t);
    const typed = save();
    await cast.asResearcher.post(`${cast.path}/notes/${cast.note.id}/revisions`, typed);
    await cast.asLead.post(`${cast.base}/opening`);
    const answer = await cast.asResearcher.post(`${cast.path}/notes/${cast.note.id}/revisions`, {
      ...typed,
      version: '1',
    });
    expect(answer.status).toBe(303);
    expect(await revisions(cast)).toHaveLength(2);
  });
});
