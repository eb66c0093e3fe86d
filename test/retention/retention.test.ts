import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, anAttachment, aNote, aParticipant, aTheme } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function aStudyToKeep() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id);
  await anIdentity(t.owner, cast.study.id, { participantId: person.id, by });
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: 'ON: The heron stood.' });
  const theme = await aTheme(t.owner, cast.study.id, { by });
  await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start: 4, end: 13 });
  const attachment = await anAttachment(t.owner, cast.study.id, { noteId: note.id, by });
  const file = path.join(t.config.uploadsFolder, attachment.storedName);
  await writeFile(file, 'bytes');
  const lead = await BrowserSession.as(t.app, cast.lead);
  const second = await BrowserSession.as(t.app, cast.colleague);
  const request = async (kind: string) => {
    const id = newId();
    const answer = await lead.post(`${cast.study.path}/disposals`, { id, class: kind, reason: 'Its time has come' });
    expect(answer.status).toBe(303);
    return `${cast.study.path}/disposals/${id}`;
  };
  const confirm = async (page: string, who = second, fields: Record<string, string> = {}) => {
    const digest = (await who.page(page))('input[name="digest"]').attr('value') ?? 'none';
    return who.post(`${page}/confirmation`, { word: 'dispose', digest, ...fields });
  };
  const rows = async (table: string) => (await t.owner(table).where({ study_id: cast.study.id })).length;
  return { ...cast, leadId: cast.lead.membershipId, note, file, lead, second, request, confirm, rows };
}

test('says what is due and when, and keeps why a date was moved', async () => {
  const s = await aStudyToKeep();
  const page = `${s.study.path}/retention`;
  // The visit was on 14 November 2011: a year, three and ten.
  const { text } = await s.lead.get(page);
  for (const day of ['14 November 2012', '14 November 2014', '14 November 2021']) expect(text).toContain(day);
  const move = (fields: Record<string, string>) =>
    s.lead.post(`${page}/reviews`, { id: newId(), class: 'notes', ...fields });
  expect((await move({ reviewOn: '2041-05-01', reason: 'The funder asks for it' })).status).toBe(303);
  const moved = await s.lead.get(page);
  expect([moved.text.includes('1 May 2041'), moved.text.includes('The funder asks for it')]).toEqual([true, true]);
  const refused = await move({ reviewOn: '2041-05-01', reason: ' ' });
  expect([refused.status, refused.text.includes('Enter the reason')]).toEqual([422, true]);
});

test('disposes for good of one class and no other · when a second person confirms', async () => {
  const s = await aStudyToKeep();
  const identities = await s.request('identities');
  expect((await s.confirm(identities, s.lead)).status).toBe(403);
  expect((await s.confirm(identities, s.second, { word: 'yes' })).status).toBe(422);
  expect(await s.rows('identities')).toBe(1);
  expect((await s.confirm(identities)).status).toBe(303);
  expect([await s.rows('identities'), await s.rows('attachments'), await s.rows('codings')]).toEqual([0, 1, 1]);

  const attachments = await s.request('attachments');
  expect((await s.confirm(attachments)).status).toBe(303);
  expect([await s.rows('attachments'), existsSync(s.file), await s.rows('files_to_remove')]).toEqual([0, false, 0]);

  const notes = await s.request('notes');
  expect((await s.confirm(notes)).status).toBe(303);
  expect([await s.rows('codings'), await s.rows('note_paragraphs'), await s.rows('note_search')]).toEqual([0, 0, 0]);
  expect(await t.owner('note_revisions').where({ note_id: s.note.id }).pluck('body')).toEqual(['[disposed of]']);
  expect((await s.second.get(notes)).text).toContain('1 record and 1 coding');
  // The note is a page that still opens.
  expect((await s.second.get(`${s.study.path}/notes/${s.note.id}`)).status).toBe(200);
});

test('leaves the newest text · when earlier versions are disposed of', async () => {
  const s = await aStudyToKeep();
  const saved = await s.lead.post(`${s.study.path}/notes/${s.note.id}/revisions`, {
    id: newId(),
    base: '1',
    title: 'A',
    body: 'ON: The heron stood still.',
  });
  expect(saved.status).toBe(303);
  const raw = await s.request('raw-notes');
  expect((await s.confirm(raw)).status).toBe(303);
  expect(await t.owner('note_revisions').where({ note_id: s.note.id }).orderBy('number').pluck('body')).toEqual([
    '[disposed of]',
    'ON: The heron stood still.',
  ]);
  expect(await s.rows('codings')).toBe(1);
});

test('happens once, and not after it was cancelled · when two people decide at the same moment', async () => {
  const s = await aStudyToKeep();
  const consent = await s.request('consent');
  await expect(
    t
      .owner('disposals')
      .where({ class: 'consent', study_id: s.study.id })
      .update({ confirmed_by: s.leadId, confirmed_at: new Date() }),
  ).rejects.toThrow('disposals_two_people');
  const other = await BrowserSession.as(t.app, s.researcher);
  const answers = await Promise.all([s.confirm(consent), s.confirm(consent, other)]);
  expect(answers.map(({ status }) => status).toSorted((one, another) => one - another)).toEqual([303, 409]);
  const again = await s.request('consent');
  expect((await s.lead.post(`${again}/cancellation`)).status).toBe(303);
  expect((await s.confirm(again)).status).toBe(409);
});

test('is nobody’s but the lead’s to begin, and not shown to agency staff', async () => {
  const s = await aStudyToKeep();
  expect((await s.second.get(`${s.study.path}/retention`)).status).toBe(404);
  const staff = await BrowserSession.as(t.app, s.staff);
  expect((await staff.get(await s.request('consent'))).status).toBe(404);
});

test('shows both people what would be destroyed, when it is due and why', async () => {
  const s = await aStudyToKeep();
  const { study, note, visit } = s;
  // What the second person may not read counts for them too: somebody else's raw note with an earlier text and a coding on it.
  const raw = await aNote(t.owner, study.id, { visitId: visit.id, by: s.leadId, body: 'ON: Raw.' });
  await t.owner('studies').where({ id: study.id }).update({ raw_notes_read_by: 'author' });
  const saved = await s.lead.post(`${study.path}/notes/${raw.id}/revisions`, {
    id: newId(),
    base: '1',
    title: 'A',
    body: 'ON: Rawer.',
  });
  expect(saved.status).toBe(303);
  const page = await s.request('notes');
  const seen = async (who: BrowserSession) => {
    const $ = await who.page(page);
    const rows = $('.app-counts tbody tr').toArray();
    return rows.map((row) => [$(row).find('th').text(), $(row).find('td').text()]);
  };
  // Two notes; one text of the first and two of the second; the coding on the first.
  const counts = [
    ['Notes, of which only the date and place stay', '2'],
    ['Versions of their texts', '3'],
    ['Drafts that were never saved', '0'],
    ['Documents that wait to become notes', '0'],
    ['Codings', '1'],
    ['Memos on notes and codings', '0'],
    ['Settled disagreements', '0'],
  ];
  expect(await seen(s.lead)).toEqual(counts);
  expect(await seen(s.second)).toEqual(counts);
  const { text } = await s.second.get(page);
  for (const words of ['14 November 2021', 'Its time has come', 'You are the second person'])
    expect([words, text.includes(words)]).toEqual([words, true]);
  expect(text).not.toContain('Before its date');

  // Something came in between: what was read is not what would go.
  const digest = (await s.second.page(page))('input[name="digest"]').attr('value')!;
  const theme = await t.owner('themes').where({ study_id: study.id }).first('id');
  await aCoding(t.owner, study.id, { note, themeId: theme.id, by: s.leadId, start: 4, end: 9 });
  const stale = await s.confirm(page, s.second, { digest });
  expect([stale.status, await s.rows('codings')]).toEqual([409, 2]);
  expect(await seen(s.second)).toContainEqual(['Codings', '2 1 when it was asked for']);
  expect((await s.confirm(page)).status).toBe(303);
  expect(await seen(s.second)).toContainEqual(['Codings', '2']);
  expect((await t.owner('disposals').where({ study_id: study.id }).first('counts')).counts).toMatchObject({
    notes: 2,
    versions: 3,
    codings: 2,
  });
});

test('happens before its review date only for a reason on record, which the second person reads', async () => {
  const s = await aStudyToKeep();
  const { path, id: studyId } = s.study;
  const moved = { id: newId(), class: 'identities', reviewOn: '2099-05-01', reason: 'The sponsor asks for it' };
  expect((await s.lead.post(`${path}/retention/reviews`, moved)).status).toBe(303);
  const ask = { id: newId(), class: 'identities', reason: 'Nobody needs them' };
  const refused = await s.lead.post(`${path}/disposals`, ask);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('is 1 May 2099. Say why they cannot be kept until then');
  expect(refused.text).toContain('value="Nobody needs them"');
  expect(refused.text).toContain('href="#early"');
  expect(await s.rows('disposals')).toBe(0);
  expect((await s.lead.post(`${path}/disposals`, { ...ask, early: 'The sponsor closes the study' })).status).toBe(303);
  const page = `${path}/disposals/${ask.id}`;
  const { text } = await s.second.get(page);
  for (const words of ['1 May 2099', 'Before its date', 'The sponsor closes the study', 'Nobody needs them'])
    expect([words, text.includes(words)]).toEqual([words, true]);
  const event = await t.owner('events').where({ subject_id: ask.id, kind: 'disposal.requested' }).first('after');
  expect(event.after).toEqual({ class: 'identities', reviewOn: '2099-05-01', beforeItsDate: true });
  expect((await s.confirm(page)).status).toBe(303);
  expect(await s.rows('identities')).toBe(0);
  // The table itself holds none without.
  const row = { study_id: studyId, requested_by: s.leadId, class: 'notes', reason: 'x' };
  await expect(t.owner('disposals').insert({ ...row, id: newId(), review_on: '2099-05-01' })).rejects.toThrow(
    'disposals_not_early',
  );
});

test('cannot be confirmed any more · when the date was put off meanwhile', async () => {
  const s = await aStudyToKeep();
  const page = await s.request('attachments');
  const digest = (await s.second.page(page))('input[name="digest"]').attr('value')!;
  const moved = { id: newId(), class: 'attachments', reviewOn: '2099-05-01', reason: 'Asked for by the funder' };
  expect((await s.lead.post(`${s.study.path}/retention/reviews`, moved)).status).toBe(303);
  const shown = await s.second.page(page);
  expect([shown('input[name="digest"]').length, shown('main').text().includes('was put off')]).toEqual([0, true]);
  const refused = await s.confirm(page, s.second, { digest });
  expect([refused.status, refused.text.includes('moved to 1 May 2099')]).toEqual([409, true]);
  expect(await s.rows('attachments')).toBe(1);
});

test('is no longer due · once it was disposed of', async () => {
  const s = await aStudyToKeep();
  const due = async () => (await s.lead.get(`${s.study.path}/retention`)).text;
  expect(await due()).toContain('Due since 14 November 2012');
  await s.confirm(await s.request('identities'));
  expect(await due()).not.toContain('Due since 14 November 2012');
  expect(await due()).toContain('Disposed of on');
});
