import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { hashPassword } from '../../server/accounts/password.ts';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength, sliceCodePoints } from '../../server/shared/text.ts';

// Each builder inserts one row as the database's owner, with believable values for whatever the test does not name.

export const PASSWORD = 'lantern-crosses-quiet-river';
let hashed: Promise<string> | undefined;
let serial = 0;
const next = (): number => (serial += 1);

export type BuiltPerson = { id: string; email: string; name: string; password: string };

export async function aPerson(
  owner: Knex,
  given: Partial<{ email: string; name: string; isAdministrator: boolean }> = {},
): Promise<BuiltPerson> {
  hashed ??= hashPassword(PASSWORD);
  const id = newId();
  const email = given.email ?? `person${next()}@example.org`;
  const name = given.name ?? `Person ${serial}`;
  await owner('people').insert({
    id,
    email,
    name,
    password_hash: await hashed,
    is_administrator: given.isAdministrator ?? false,
  });
  return { id, email, name, password: PASSWORD };
}

export async function aStudy(
  owner: Knex,
  given: Partial<{ name: string }> = {},
): Promise<{ id: string; path: string }> {
  const id = newId();
  await owner('studies').insert({ id, name: given.name ?? `Study ${next()}` });
  return { id, path: `/studies/${id}` };
}

export async function anAgency(
  owner: Knex,
  studyId: string,
  given: Partial<{ name: string; code: string; sector: string; status: string }> = {},
): Promise<{ id: string; code: string; name: string }> {
  const id = newId();
  const code = given.code ?? `AG${next()}`;
  const name = given.name ?? `Agency ${serial}`;
  await owner('agencies').insert({
    id,
    study_id: studyId,
    name,
    code,
    sector: given.sector ?? 'third sector',
    status: given.status ?? 'active',
  });
  return { id, code, name };
}

export type BuiltMember = BuiltPerson & { membershipId: string };

export async function aMember(
  owner: Knex,
  studyId: string,
  given: Partial<{ role: 'lead' | 'researcher' | 'agency'; agencyId: string; name: string; email: string }> = {},
): Promise<BuiltMember> {
  const person = await aPerson(owner, given);
  const membershipId = newId();
  await owner('memberships').insert({
    id: membershipId,
    study_id: studyId,
    person_id: person.id,
    name: person.name,
    role: given.role ?? 'researcher',
    agency_id: given.agencyId ?? null,
  });
  return { ...person, membershipId };
}

export async function aPhase(
  owner: Knex,
  studyId: string,
  given: Partial<{ name: string; position: number }> = {},
): Promise<{ id: string; name: string }> {
  const id = newId();
  const name = given.name ?? `Phase ${next()}`;
  await owner('phases').insert({ id, study_id: studyId, name, position: given.position ?? next() });
  return { id, name };
}

export async function aParticipant(
  owner: Knex,
  studyId: string,
  agencyId: string,
  given: Partial<{ pseudonym: string; role: string; consent: string }> = {},
): Promise<{ id: string; pseudonym: string }> {
  const id = newId();
  const pseudonym = given.pseudonym ?? `Member ${next()}`;
  await owner('participants').insert({
    id,
    study_id: studyId,
    agency_id: agencyId,
    pseudonym,
    role: given.role ?? 'service-user',
    consent: given.consent ?? 'consented',
  });
  return { id, pseudonym };
}

export async function aVisit(
  owner: Knex,
  studyId: string,
  given: { agencyId: string; phaseId: string; by: string } & Partial<{ setting: string; startsAt: Date; endsAt: Date }>,
): Promise<{ id: string }> {
  const id = newId();
  await owner('visits').insert({
    id,
    study_id: studyId,
    agency_id: given.agencyId,
    phase_id: given.phaseId,
    setting: given.setting ?? 'The cafe',
    starts_at: given.startsAt ?? new Date('2011-11-14T10:00:00Z'),
    ends_at: given.endsAt ?? new Date('2011-11-14T13:00:00Z'),
    created_by: given.by,
  });
  return { id };
}

/** A note with one revision (number 1), or none when `body` is null. */
export async function aNote(
  owner: Knex,
  studyId: string,
  given: { visitId: string; by: string } & Partial<{ title: string; body: string | null; completed: boolean }>,
): Promise<{ id: string; revisionId: string }> {
  const id = newId();
  const revisionId = newId();
  const body =
    given.body === undefined ? 'ON: Worker 1 held the door for Member 4. "After you," she said.' : given.body;
  await owner('notes').insert({
    id,
    study_id: studyId,
    visit_id: given.visitId,
    author_id: given.by,
    latest_revision: body === null ? 0 : 1,
    completed_at: given.completed ? new Date('2011-11-14T20:00:00Z') : null,
    completed_by: given.completed ? given.by : null,
  });
  if (body !== null)
    await owner('note_revisions').insert({
      id: revisionId,
      study_id: studyId,
      note_id: id,
      number: 1,
      title: given.title ?? `Note ${next()}`,
      body,
      saved_by: given.by,
    });
  return { id, revisionId };
}

export async function aTheme(
  owner: Knex,
  studyId: string,
  given: { by: string } & Partial<{
    name: string;
    parentId: string | null;
    colour: string;
    position: number;
    removed: boolean;
  }>,
): Promise<{ id: string; name: string }> {
  const id = newId();
  const name = given.name ?? `Theme ${next()}`;
  await owner('themes').insert({
    id,
    study_id: studyId,
    parent_id: given.parentId ?? null,
    name,
    colour: given.colour ?? '#1d70b8',
    position: given.position ?? next(),
    created_by: given.by,
    removed_at: given.removed ? new Date() : null,
  });
  return { id, name };
}

/** A coding of code points [start, end) of revision 1, its quote cut from the revision's body. */
export async function aCoding(
  owner: Knex,
  studyId: string,
  given: {
    note: { id: string; revisionId: string };
    themeId: string;
    by: string;
    start: number;
    end: number;
  } & Partial<{ label: string; removed: boolean }>,
): Promise<{ id: string; quote: string }> {
  const id = newId();
  const { body } = await owner('note_revisions').where({ id: given.note.revisionId }).first('body');
  const quote = sliceCodePoints(body, given.start, given.end);
  if (codePointLength(quote) !== given.end - given.start) throw new Error('aCoding: the passage lies outside the text');
  await owner('codings').insert({
    id,
    study_id: studyId,
    note_id: given.note.id,
    revision_id: given.note.revisionId,
    theme_id: given.themeId,
    coder_id: given.by,
    start_position: given.start,
    end_position: given.end,
    quote,
    paragraph_label: given.label ?? 'ON',
    removed_at: given.removed ? new Date() : null,
  });
  return { id, quote };
}

/** The record of a file; there is none on the disk unless the test writes it. */
export async function anAttachment(
  owner: Knex,
  studyId: string,
  given: { noteId: string; by: string },
): Promise<{ id: string; storedName: string }> {
  const [id, storedName] = [newId(), `${newId()}.png`];
  await owner('attachments').insert({
    id,
    study_id: studyId,
    note_id: given.noteId,
    file_name: 'board.png',
    media_type: 'image/png',
    byte_length: 5,
    sha256: sha256(id),
    stored_name: storedName,
    uploaded_by: given.by,
  });
  return { id, storedName };
}

/** An open invitation as a researcher. Its token is known to nobody. */
export async function anInvitation(owner: Knex, studyId: string, given: { by: string }): Promise<{ id: string }> {
  const id = newId();
  await owner('invitations').insert({
    id,
    study_id: studyId,
    email: `invited${next()}@example.org`,
    name: `Invited ${serial}`,
    role: 'researcher',
    token_digest: sha256(id),
    invited_by: given.by,
    expires_at: new Date(Date.now() + 86_400_000),
  });
  return { id };
}

/** A study with an agency, a phase, a lead, two researchers, agency staff and a visit: the usual cast. */
export async function aFullStudy(owner: Knex, given: Partial<{ name: string }> = {}) {
  const study = await aStudy(owner, given);
  const agency = await anAgency(owner, study.id);
  const phase = await aPhase(owner, study.id);
  const lead = await aMember(owner, study.id, { role: 'lead' });
  const researcher = await aMember(owner, study.id);
  const colleague = await aMember(owner, study.id);
  const staff = await aMember(owner, study.id, { role: 'agency', agencyId: agency.id });
  const visit = await aVisit(owner, study.id, { agencyId: agency.id, phaseId: phase.id, by: researcher.membershipId });
  return { study, agency, phase, lead, researcher, colleague, staff, visit };
}

export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
