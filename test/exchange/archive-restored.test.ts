import { describe, expect, test } from '@jest/globals';
import { type Actor, connect, inStudy } from '../../server/database/connection.ts';
import { identityKeysFrom } from '../../server/database/identity-keys.ts';
import { previewArchive } from '../../server/exchange/archive/archive-preview-service.ts';
import { restoreArchive } from '../../server/exchange/archive/restore-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aFullStudy, aNote, aParticipant, aPerson, aTheme } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { aKey, anIdentity } from '../support/identity-builders.ts';
import { type TestApp, useTestApp } from '../support/test-app.ts';
import { anErasureRequest } from '../support/withdrawal-builders.ts';
import { archiveOf, partsOf, restoreFile } from './archive-support.ts';
import { LIMIT, silent } from './support.ts';

const here = useTestApp();
const there = useTestApp();

type Cast = Awaited<ReturnType<typeof aFullStudy>>;

async function actorOf(t: TestApp, membershipId: string): Promise<Actor> {
  const row = await t.owner('memberships').where({ id: membershipId }).first();
  return {
    personId: row.person_id,
    membershipId,
    studyId: row.study_id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: row.name,
    role: row.role,
    agencyId: row.agency_id,
  };
}

const codingsSeenBy = async (t: TestApp, membershipId: string): Promise<string[]> =>
  inStudy(t.database.db, await actorOf(t, membershipId), (trx) => trx('codings').orderBy('id').pluck('id'));

async function erase({ study, agency, lead, colleague }: Cast, pseudonym: string): Promise<string> {
  const participant = await aParticipant(here.owner, study.id, agency.id, { pseudonym });
  const { id } = await anErasureRequest(here.owner, study.id, {
    participantId: participant.id,
    by: colleague.membershipId,
  });
  await here.owner.transaction(async (trx) => {
    await trx.raw(`select set_config('app.study', ?, true), set_config('app.member', ?, true)`, [
      study.id,
      lead.membershipId,
    ]);
    await trx('withdrawals').where({ id }).update({ confirmed_by: lead.membershipId, confirmed_at: new Date() });
    await trx.raw('select erase_participant(?, ?)', [id, []]);
  });
  return participant.id;
}

describe('what was decided about people and codings', () => {
  test('still counts · when the study was restored in another installation', async () => {
    const cast = await aFullStudy(here.owner);
    const { study, agency, visit, lead, researcher } = cast;
    const by = researcher.membershipId;
    const theme = await aTheme(here.owner, study.id, { by: lead.membershipId });
    const rose = await aParticipant(here.owner, study.id, agency.id, { pseudonym: 'Rose 4' });
    const spoken = await aNote(here.owner, study.id, {
      visitId: visit.id,
      by,
      body: 'ON: Rose 4 sang.\nON: It rained.',
    });
    const withheld = await aCoding(here.owner, study.id, { note: spoken, themeId: theme.id, by, start: 4, end: 10 });
    const open = await aCoding(here.owner, study.id, { note: spoken, themeId: theme.id, by, start: 21, end: 23 });
    await here.owner('participants').where({ id: rose.id }).update({ consent: 'declined' });
    const gone = await aNote(here.owner, study.id, { visitId: visit.id, by, body: 'ON: Marek 9 left early.' });
    const erasedId = await erase(cast, 'Marek 9');
    const blind = await aNote(here.owner, study.id, { visitId: visit.id, by, body: 'ON: They waited.' });
    await aDoubleCoding(here.owner, study.id, {
      noteId: blind.id,
      by: lead.membershipId,
      coders: [lead.membershipId, by],
    });
    const sealed = await aCoding(here.owner, study.id, { note: blind, themeId: theme.id, by, start: 4, end: 8 });
    const seen = { lead: [open.id], researcher: [open.id, sealed.id].toSorted() };
    expect(await codingsSeenBy(here, lead.membershipId)).toEqual(seen.lead);
    expect(await codingsSeenBy(here, by)).toEqual(seen.researcher);

    const archive = await archiveOf(here, study.id);
    expect(Object.entries(await partsOf(archive.file)).filter(([, text]) => text.includes('Marek'))).toEqual([]);
    await restoreFile(there, await aPerson(there.owner), archive);

    expect(await codingsSeenBy(there, lead.membershipId)).toEqual(seen.lead);
    expect(await codingsSeenBy(there, by)).toEqual(seen.researcher);
    expect((await there.owner('codings').where({ id: withheld.id }).first()).withheld_at).not.toBeNull();
    const [erasure] = await there.owner('erasures').where({ study_id: study.id });
    expect(erasure.participant_id).toBe(erasedId);
    const { body } = await there
      .owner('note_revisions')
      .where({ note_id: gone.id })
      .orderBy('number', 'desc')
      .first('body');
    expect(body).toBe('ON: [erased on request]');

    // The rules are awake again for whatever happens from now on.
    const again = { note: spoken, themeId: theme.id, by, start: 4, end: 8 };
    await expect(aCoding(there.owner, study.id, again)).rejects.toThrow('the passage is withheld');
    const late = await aCoding(there.owner, study.id, {
      note: blind,
      themeId: theme.id,
      by: lead.membershipId,
      start: 9,
      end: 15,
    });
    expect((await there.owner('codings').where({ id: late.id }).first()).sealed_to).toBe(lead.membershipId);
    await there.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.completed' });
    expect(await there.owner('trail_queue').where({ study_id: study.id }).pluck('study_id')).toEqual([study.id]);
  });
});

describe('the people of an archive', () => {
  test('are those with the same address here, or accounts that let nobody in · when the study is restored', async () => {
    const { study, lead, researcher, colleague } = await aFullStudy(here.owner);
    await here
      .owner('people')
      .where({ id: colleague.id })
      .update({ email: `${colleague.id}@from-a-file.invalid` });
    const known = await aPerson(there.owner, { email: researcher.email.toUpperCase(), name: 'Ruth elsewhere' });
    const administrator = await aPerson(there.owner, { isAdministrator: true });
    const archive = await archiveOf(here, study.id);
    const preview = await previewArchive(there.database.db, archive.file, LIMIT, silent);
    const members = new Map(preview.members.map(({ name, ...member }) => [name, member]));
    expect(members.get(researcher.name)).toEqual({
      role: 'researcher',
      email: researcher.email,
      isPresent: true,
      here: 'Ruth elsewhere',
    });
    expect(members.get(lead.name)).toMatchObject({ role: 'lead', email: lead.email, here: null });
    expect(members.get(colleague.name)).toMatchObject({ email: null, here: null });

    await restoreFile(there, administrator, archive);
    const persons = await there
      .owner('memberships')
      .join('people', 'people.id', 'memberships.person_id')
      .where({ study_id: study.id })
      .select('memberships.id', 'people.id as person', 'email', 'password_hash', 'disabled_at', 'is_administrator');
    const of = (id: string) => persons.find((row) => row.id === id)!;
    expect(persons).toHaveLength(4);
    expect(of(researcher.membershipId)).toMatchObject({ person: known.id, disabled_at: null });
    expect(of(lead.membershipId)).toMatchObject({
      person: lead.id,
      email: lead.email,
      password_hash: null,
      is_administrator: false,
    });
    expect(of(lead.membershipId).disabled_at).not.toBeNull();
    expect(of(colleague.membershipId).email).toBe(`${colleague.id}@from-a-file.invalid`);
    // Whoever restored it is no member of it.
    expect(persons.map(({ person }) => person)).not.toContain(administrator.id);
    const [event] = await there.owner('events').where({ kind: 'study.restored', subject_id: study.id });
    expect([event.person_id, event.study_id, event.after.people]).toEqual([
      administrator.id,
      null,
      { known: 1, made: 3 },
    ]);
  });
});

test('identities stay out, and are counted · when the key that they are under is not here', async () => {
  const { study, agency, lead } = await aFullStudy(here.owner);
  const participant = await aParticipant(here.owner, study.id, agency.id);
  await anIdentity(here.owner, study.id, {
    participantId: participant.id,
    by: lead.membershipId,
    fullName: 'Samuel Okafor',
  });
  const archive = await archiveOf(here, study.id);
  const parts = await partsOf(archive.file);
  expect(parts['x-fieldnotes/tables/identities.jsonl']).toContain(participant.id);
  expect(Object.values(parts).filter((text) => text.includes('Okafor'))).toEqual([]);

  const other = connect(there.url, { identityKeys: identityKeysFrom(aKey('another installation')) });
  try {
    expect((await previewArchive(other.db, archive.file, LIMIT, silent)).unreadable).toBe(1);
    const order = {
      importId: newId(),
      person: await aPerson(there.owner),
      ...archive,
      uploadsFolder: there.config.uploadsFolder,
      limit: LIMIT,
    };
    await restoreArchive(other.db, order, silent);
  } finally {
    await other.close();
  }
  expect(await there.owner('identities').where({ study_id: study.id })).toEqual([]);
  expect(await there.owner('participants').where({ study_id: study.id }).pluck('id')).toEqual([participant.id]);
});

test('an archive says where the study was, and keeps it · when it was restored and worked on elsewhere', async () => {
  const { study } = await aFullStudy(here.owner);
  await here.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.completed' });
  await here.database.db.raw('select seal_trail(100)');
  await restoreFile(there, await aPerson(there.owner), await archiveOf(here, study.id));
  await there.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.reopened' });
  await there.database.db.raw('select seal_trail(100)');
  const { file } = await archiveOf(there, study.id, 'https://other.example');
  const { origin, trail } = JSON.parse((await partsOf(file))['x-fieldnotes/extension.json']!);
  expect(origin).toEqual({
    installation: 'https://other.example',
    before: [{ installation: 'https://notes.example', links: 1 }],
  });
  expect([trail.links, trail.brokenAt]).toEqual([2, null]);
});

test('an archive is the same bytes · when the study has changed in nothing but archives made of it', async () => {
  const { study, lead } = await aFullStudy(here.owner);
  await here.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.completed' });
  await here.database.db.raw('select seal_trail(100)');
  const first = await archiveOf(here, study.id);
  const id = newId();
  await here.owner('project_exports').insert({
    id,
    study_id: study.id,
    number: 1,
    format: 'archive',
    requested_by: lead.membershipId,
  });
  for (const kind of ['project-export.requested', 'project-export.downloaded'])
    await here.owner('events').insert({ id: newId(), study_id: study.id, kind, subject_id: id });
  await here.database.db.raw('select seal_trail(100)');
  expect((await archiveOf(here, study.id)).sha256).toBe(first.sha256);
  await here.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.reopened' });
  await here.database.db.raw('select seal_trail(100)');
  const parts = await partsOf((await archiveOf(here, study.id)).file);
  expect(parts['x-fieldnotes/tables/project_exports.jsonl']).toContain(id);
  expect(parts['x-fieldnotes/tables/events.jsonl']!.trim().split('\n')).toHaveLength(4);
});
