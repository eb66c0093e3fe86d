import type { Transaction } from '../../database/connection.ts';
import type { Consent } from './participant.ts';

/** What the next change of consent in this transaction is kept with. */
export async function updateConsentDetails(trx: Transaction, details: object): Promise<void> {
  await trx.raw(`select set_config('app.consent', ?, true)`, [JSON.stringify(details)]);
}

/** False when the participant is no longer at `version`. */
export async function updateStandingConsent(
  trx: Transaction,
  id: string,
  change: { consent: Consent; scope: string | null; withdrawnOn: string | null; version?: number },
): Promise<boolean> {
  const query = trx('participants').where({ id }).whereNull('erased_at');
  if (change.version !== undefined) void query.where({ version: change.version });
  const updated = await query.update({
    consent: change.consent,
    withdrawal_scope: change.scope,
    withdrawn_on: change.withdrawnOn,
    version: trx.raw('version + 1'),
  });
  return updated > 0;
}

/** False when they were not present at that visit. */
export async function updateVisitConsent(
  trx: Transaction,
  at: { participantId: string; visitId: string },
  consent: Consent,
): Promise<boolean> {
  const updated = await trx('visit_participants')
    .where({ participant_id: at.participantId, visit_id: at.visitId })
    .update({ consent });
  return updated > 0;
}
