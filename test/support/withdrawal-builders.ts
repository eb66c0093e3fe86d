import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';

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
