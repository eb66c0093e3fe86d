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
  const rows = async (table: string) => (await t.owner(table).where({ study_id: cast.study.id })).length;
  return { ...cast, leadId: cast.lead.membershipId, note, file, lead, second, request, rows };
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
  expect((await s.lead.post(`${identities}/confirmation`, { word: 'dispose' })).status).toBe(403);
  expect((await s.second.post(`${identities}/confirmation`, { word: 'yes' })).status).toBe(422);
  expect(await s.rows('identities')).toBe(1);
  expect((await s.second.post(`${identities}/confirmation`, { word: 'dispose' })).status).toBe(303);
  expect([await s.rows('identities'), await s.rows('attachments'), await s.rows('codings')]).toEqual([0, 1, 1]);

  const attachments = await s.request('attachments');
  expect((await s.second.post(`${attachments}/confirmation`, { word: 'dispose' })).status).toBe(303);
  expect([await s.rows('attachments'), existsSync(s.file), await s.rows('files_to_remove')]).toEqual([0, false, 0]);

  const notes = await s.request('notes');
  expect((await s.second.post(`${notes}/confirmation`, { word: 'dispose' })).status).toBe(303);
  expect([await s.rows('codings'), await s.rows('note_paragraphs'), await s.rows('note_search')]).toEqual([0, 0, 0]);
  expect(await t.owner('note_revisions').where({ note_id: s.note.id }).pluck('body')).toEqual(['[disposed of]']);
  expect((await s.second.get(notes)).text).toContain('1 records and 1 codings');
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
  expect((await s.second.post(`${raw}/confirmation`, { word: 'dispose' })).status).toBe(303);
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
  const answers = await Promise.all([
    s.second.post(`${consent}/confirmation`, { word: 'dispose' }),
    other.post(`${consent}/confirmation`, { word: 'dispose' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted((one, another) => one - another)).toEqual([303, 409]);
  const again = await s.request('consent');
  expect((await s.lead.post(`${again}/cancellation`)).status).toBe(303);
  expect((await s.second.post(`${again}/confirmation`, { word: 'dispose' })).status).toBe(409);
});

test('is nobody’s but the lead’s to begin, and not shown to agency staff', async () => {
  const s = await aStudyToKeep();
  expect((await s.second.get(`${s.study.path}/retention`)).status).toBe(404);
  const staff = await BrowserSession.as(t.app, s.staff);
  expect((await staff.get(await s.request('consent'))).status).toBe(404);
});
