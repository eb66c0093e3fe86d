import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { type aFullStudy, aNote, aParticipant } from './builders.ts';

/** A request for erasure that waits for a second person. */
export async function anErasureRequest(
  owner: Knex,
  studyId: string,
  given: { participantId: string; by: string },
): Promise<{ id: string }> {
  const id = newId();
  await owner('participants')
    .where({ id: given.participantId })
    .update({ consent: 'withdrawn', withdrawal_scope: 'erasure', withdrawn_on: '2011-12-01' });
  await owner('withdrawals').insert({
    id,
    study_id: studyId,
    participant_id: given.participantId,
    scope: 'erasure',
    withdrawn_on: '2011-12-01',
    prior_consent: 'consented',
    requested_by: given.by,
  });
  return { id };
}

/** A request for disposal that waits for a second person, or was cancelled: of one class only one may wait. */
export async function aDisposal(
  owner: Knex,
  studyId: string,
  given: { by: string } & Partial<{ class: string; cancelled: boolean }>,
): Promise<{ id: string }> {
  const id = newId();
  await owner('disposals').insert({
    id,
    study_id: studyId,
    class: given.class ?? 'consent',
    reason: 'The period has ended.',
    requested_by: given.by,
    ...(given.cancelled && { cancelled_by: given.by, cancelled_at: new Date() }),
  });
  return { id };
}

/** A row in every table about consent, withdrawal and retention. */
export async function everythingAboutConsent(
  owner: Knex,
  { study, agency, visit, lead, researcher }: Awaited<ReturnType<typeof aFullStudy>>,
): Promise<void> {
  const by = lead.membershipId;
  await aParticipant(owner, study.id, agency.id, { pseudonym: 'Missing 7', consent: 'declined' });
  const written = { visitId: visit.id, by: researcher.membershipId, body: 'ON: Missing 7 left.' };
  const note = await aNote(owner, study.id, written);
  const participantId = (await aParticipant(owner, study.id, agency.id)).id;
  const { id: withdrawalId } = await anErasureRequest(owner, study.id, { participantId, by });
  const inStudy = { study_id: study.id };
  await owner('withdrawal_choices').insert({
    ...inStudy,
    withdrawal_id: withdrawalId,
    number: 1,
    note_id: note.id,
    start_position: 0,
  });
  await owner('erasures').insert({ ...inStudy, erased: '{}', digest: 'a'.repeat(64) });
  await owner('files_to_remove').insert({ ...inStudy, stored_name: `${newId()}.png` });
  await aDisposal(owner, study.id, { by });
  await owner('retention_reviews').insert({
    ...inStudy,
    id: newId(),
    class: 'notes',
    review_on: '2031-01-01',
    reason: 'The funder asks for it.',
    set_by: by,
  });
}
