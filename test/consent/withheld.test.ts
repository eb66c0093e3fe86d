import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aParticipant, aTheme } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

const BODY = 'ON: Worker 1 made tea.\nON: [Member 4] spoke of her brother.\nTN: Tea as a welcome.';
// In code points of BODY: "made tea" and "spoke of her brother".
const TEA = { start: 13, end: 21 };
const BROTHER = { start: 38, end: 58 };
const [SECOND_START, SECOND_END] = [23, 59];

async function aStudyWithConsent(given: { body?: string; consent?: string } = {}) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const participant = await aParticipant(t.owner, cast.study.id, cast.agency.id, {
    pseudonym: 'Member 4',
    consent: given.consent ?? 'consented',
  });
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: given.body ?? BODY });
  const theme = await aTheme(t.owner, cast.study.id, { by });
  const session = await BrowserSession.as(t.app, cast.researcher);
  const path = cast.study.path;
  const code = ({ start, end }: { start: number; end: number }, revision = 1) =>
    session.json('post', `${path}/notes/${note.id}/codings`, {
      revision,
      start,
      end,
      themes: [theme.id],
      ids: [newId()],
    });
  const consentPath = `${path}/participants/${participant.id}/consent`;
  const record = async (fields: Record<string, string>) => {
    const { version } = await t.owner('participants').where({ id: participant.id }).first('version');
    return session.post(consentPath, { version: String(version), ...fields });
  };
  return { ...cast, by, participant, note, theme, session, path, code, record, consentPath };
}

const withheldOf = (noteId: string) =>
  t
    .owner('note_withheld')
    .where({ note_id: noteId })
    .orderBy('start_position')
    .select('start_position', 'end_position');

describe('what consent withholds', () => {
  test('cannot be coded, and everything else can · when a mentioned person declined (T-FN3)', async () => {
    const s = await aStudyWithConsent({ consent: 'declined' });
    expect(await withheldOf(s.note.id)).toEqual([{ start_position: SECOND_START, end_position: SECOND_END }]);
    const refused = await s.code(BROTHER);
    expect([refused.status, refused.text.includes('declined or withdrawn consent')]).toEqual([422, true]);
    // One character of the paragraph is enough.
    expect((await s.code({ start: 4, end: SECOND_START + 1 })).status).toBe(422);
    expect((await s.code(TEA)).status).toBe(200);
    expect(await t.owner('codings').where({ note_id: s.note.id }).pluck('start_position')).toEqual([TEA.start]);
  });

  test('disappears from every page and export, and comes back whole · when consent goes and returns (T-FN3)', async () => {
    const s = await aStudyWithConsent();
    expect((await s.code(BROTHER)).status).toBe(200);
    expect((await s.code(TEA)).status).toBe(200);
    const extracts = `${s.path}/extracts`;
    const before = await t.owner('codings').where({ note_id: s.note.id }).orderBy('start_position').select();
    expect((await s.session.get(extracts)).text).toContain('spoke of her brother');

    expect((await s.record({ consent: 'declined', how: 'oral', givenOn: '2011-11-20' })).status).toBe(303);
    for (const page of [extracts, `${s.path}/themes/${s.theme.id}`, `${s.path}/pictures/themes-by-agency`])
      expect([page, (await s.session.get(page)).text.includes('spoke of her brother')]).toEqual([page, false]);
    expect((await s.session.get(extracts)).text).toContain('1 passage is withheld (consent)');
    const exported = await exportAll(s);
    expect(exported).toContain('made tea');
    // Neither as a quote nor as what stands around another one.
    expect(exported).not.toContain('brother');
    expect(exported).not.toContain('Member 4');

    expect((await s.record({ consent: 'consented', how: 'form', formVersion: '2.1' })).status).toBe(303);
    expect(await t.owner('codings').where({ note_id: s.note.id }).orderBy('start_position').select()).toEqual(before);
    const history = await t
      .owner('consent_changes')
      .where({ participant_id: s.participant.id })
      .orderBy('recorded_at')
      .select('consent', 'how', 'form_version', 'recorded_by');
    expect(history).toEqual([
      { consent: 'consented', how: null, form_version: '', recorded_by: null },
      { consent: 'declined', how: 'oral', form_version: '', recorded_by: s.by },
      { consent: 'consented', how: 'form', form_version: '2.1', recorded_by: s.by },
    ]);
  });

  test('stays readable, and is marked · when the team reads the note or its coding page', async () => {
    const s = await aStudyWithConsent({ consent: 'declined' });
    for (const page of ['', '/coding', '/coding?by=sentences']) {
      const { text } = await s.session.get(`${s.path}/notes/${s.note.id}${page}`);
      expect([page, text.includes('spoke of her brother'), text.includes('Withheld: consent')]).toEqual([
        page,
        true,
        true,
      ]);
    }
  });

  test('follows the visit · when somebody declined there alone', async () => {
    const s = await aStudyWithConsent();
    await t.owner('visit_participants').insert({
      visit_id: s.visit.id,
      study_id: s.study.id,
      participant_id: s.participant.id,
      consent: 'consented',
    });
    expect((await s.record({ visit: s.visit.id, consent: 'declined' })).status).toBe(303);
    expect(await withheldOf(s.note.id)).toHaveLength(1);
    expect((await t.owner('participants').where({ id: s.participant.id }).first('consent')).consent).toBe('consented');
    await t.owner('visit_participants').where({ visit_id: s.visit.id }).delete();
    expect(await withheldOf(s.note.id)).toHaveLength(0);
  });

  test.each([
    ['contact', '2011-11-01', 0],
    // The visit was on 14 November 2011.
    ['collection', '2011-11-14', 1],
    ['collection', '2011-11-15', 0],
    ['quotations', '2011-12-01', 1],
    ['erasure', '2011-12-01', 1],
    [null, null, 1],
  ])('depends on the scope of a withdrawal · scope %s from %s', async (scope, on, expected) => {
    const s = await aStudyWithConsent();
    await t
      .owner('participants')
      .where({ id: s.participant.id })
      .update({ consent: 'withdrawn', withdrawal_scope: scope, withdrawn_on: on });
    expect(await withheldOf(s.note.id)).toHaveLength(expected);
  });

  test.each([
    ['ON: [member 4] came.', 1],
    ['ON: member 4 came.', 1],
    ['ON: Member 40 came.', 0],
    ['ON: XMember 4 came.', 0],
    ['ON: Member  4’s coat.', 1],
  ])('knows a pseudonym as whole words · %s', async (body, expected) => {
    const s = await aStudyWithConsent({ consent: 'declined', body });
    expect(await withheldOf(s.note.id)).toHaveLength(expected);
  });

  test('takes a one-word pseudonym as it is written · when it is a common word too', async () => {
    const s = await aStudyWithConsent({ body: 'ON: The sun rose.\nON: Rose sat down.\nON: [rose] left.' });
    await t.owner('participants').where({ id: s.participant.id }).update({ pseudonym: 'Rose', consent: 'declined' });
    expect((await withheldOf(s.note.id)).map(({ start_position }) => start_position)).toEqual([18, 37]);
  });

  test('follows the text, names and codings · when a new revision is saved', async () => {
    const s = await aStudyWithConsent();
    await anIdentity(t.owner, s.study.id, {
      participantId: s.participant.id,
      by: s.lead.membershipId,
      fullName: 'Odalys Quarrington',
    });
    expect((await s.code(TEA)).status).toBe(200);
    expect((await s.record({ consent: 'declined' })).status).toBe(303);
    const edit = (base: number, body: string) =>
      s.session.post(`${s.path}/notes/${s.note.id}/revisions`, { id: newId(), base: String(base), title: 'A', body });
    // Her real name where there was none: the coded paragraph is withheld with its coding, which keeps its words.
    const named = 'ON: Odalys came.\nON: Worker 1 made tea.\nTN: Tea as a welcome.';
    expect((await edit(1, named)).status).toBe(303);
    expect(await withheldOf(s.note.id)).toEqual([{ start_position: 0, end_position: 16 }]);
    const joined = 'ON: Odalys came. Worker 1 made tea.\nTN: Tea as a welcome.';
    expect((await edit(2, joined)).status).toBe(303);
    const coding = () => t.owner('codings').where({ note_id: s.note.id }).first();
    expect(await coding()).toMatchObject({ start_position: 26, quote: 'made tea', needs_review_at: null });
    expect((await coding()).withheld_at).not.toBeNull();
    expect((await edit(3, 'ON: Worker 1 made tea.\nTN: Tea as a welcome.')).status).toBe(303);
    expect(await coding()).toMatchObject({ start_position: 13, quote: 'made tea', withheld_at: null });
  });

  test('is what a person says · when somebody marks a paragraph by hand, and across the next edit', async () => {
    const s = await aStudyWithConsent({ consent: 'declined' });
    const people = (number: number) => `${s.path}/notes/${s.note.id}/paragraphs/${number}/people`;
    const mark = (number: number, start: number, about: string) =>
      s.session.post(people(number), { start: String(start), participant: s.participant.id, about });
    expect((await mark(2, SECOND_START, 'no')).status).toBe(303);
    expect(await withheldOf(s.note.id)).toEqual([]);
    expect((await mark(1, 0, 'yes')).status).toBe(303);
    expect(await withheldOf(s.note.id)).toEqual([{ start_position: 0, end_position: 22 }]);
    const body = `ON: It rained.\nON: Worker 1 made some tea.\n${BODY.split('\n').slice(1).join('\n')}`;
    const saved = await s.session.post(`${s.path}/notes/${s.note.id}/revisions`, {
      id: newId(),
      base: '1',
      title: 'A',
      body,
    });
    expect(saved.status).toBe(303);
    expect(await withheldOf(s.note.id)).toEqual([{ start_position: 15, end_position: 42 }]);
    expect((await s.session.get(people(2))).text).toContain('found by hand');
  });

  test('keeps codings that lost their words withheld · when the paragraph is rewritten', async () => {
    const s = await aStudyWithConsent();
    expect((await s.code(BROTHER)).status).toBe(200);
    await s.session.post(`${s.path}/notes/${s.note.id}/revisions`, {
      id: newId(),
      base: '1',
      title: 'A',
      body: 'ON: Worker 1 made tea.',
    });
    expect((await s.record({ consent: 'declined' })).status).toBe(303);
    const coding = await t.owner('codings').where({ note_id: s.note.id }).first();
    expect([coding.needs_review_at === null, coding.withheld_at === null]).toEqual([false, false]);
    expect((await s.session.get(`${s.path}/notes/${s.note.id}/coding`)).text).not.toContain('spoke of her brother');
  });

  test('is counted and told to nobody else · when agency staff or another study ask', async () => {
    const s = await aStudyWithConsent({ consent: 'declined' });
    const staff = await BrowserSession.as(t.app, s.staff);
    expect((await staff.get(s.consentPath)).status).toBe(404);
    const other = await aStudyWithConsent();
    expect((await other.session.get(s.consentPath)).status).toBe(404);
  });

  test('refuses to record over what a colleague recorded · when the page is old', async () => {
    const s = await aStudyWithConsent();
    const version = { version: '1' };
    expect((await s.session.post(s.consentPath, { ...version, consent: 'no-objection' })).status).toBe(303);
    expect((await s.session.post(s.consentPath, { ...version, consent: 'declined' })).status).toBe(409);
    expect((await s.session.post(s.consentPath, { version: '2', consent: 'withdrawn' })).status).toBe(422);
  });
});

describe('at the same moment', () => {
  test('no coding of a withheld paragraph is left to be seen · when consent goes while somebody codes', async () => {
    const s = await aStudyWithConsent();
    const [coded, recorded] = await Promise.all([s.code(BROTHER), s.record({ consent: 'declined' })]);
    expect(recorded.status).toBe(303);
    expect([200, 422]).toContain(coded.status);
    expect(await t.owner('codings').where({ note_id: s.note.id }).whereNull('withheld_at').pluck('id')).toEqual([]);
  });
});

async function exportAll(s: Awaited<ReturnType<typeof aStudyWithConsent>>): Promise<string> {
  const id = newId();
  await s.session.post(`${s.path}/exports`, { id });
  const file = await s.session.get(`${s.path}/exports/${id}/file`);
  expect(file.status).toBe(200);
  return file.text;
}

// The builder is used by the first test of its kind only: a coding made by the owner is refused alike.
test('a coding on a withheld paragraph is refused by the database itself', async () => {
  const s = await aStudyWithConsent({ consent: 'declined' });
  await expect(
    aCoding(t.owner, s.study.id, { note: s.note, themeId: s.theme.id, by: s.by, ...BROTHER }),
  ).rejects.toThrow('the passage is withheld');
});

test('a real name is looked for in every note · when it is entered, and when it is corrected', async () => {
  const s = await aStudyWithConsent({ consent: 'declined', body: 'ON: Odalys Quarrington came.\nON: It rained.' });
  expect(await withheldOf(s.note.id)).toEqual([]);
  const lead = await BrowserSession.as(t.app, s.lead);
  const save = (version: number, fullName: string) =>
    lead.post(`${s.path}/participants/${s.participant.id}/identity`, { version: String(version), fullName });
  expect((await save(0, 'Odalys Quarrington')).status).toBe(303);
  expect(await withheldOf(s.note.id)).toEqual([{ start_position: 0, end_position: 28 }]);
  expect((await save(1, 'Odile Quinn')).status).toBe(303);
  expect(await withheldOf(s.note.id)).toEqual([]);
});
