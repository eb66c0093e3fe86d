import type { Transaction } from '../database/connection.ts';
import type { Consent } from '../agencies/participants/participant.ts';
import type { Scope, Way } from '../consent/consent.ts';

export type Withdrawal = {
  id: string;
  participantId: string;
  scope: Scope;
  how: Way | null;
  withdrawnOn: string;
  priorConsent: Consent;
  priorScope: Scope | null;
  priorWithdrawnOn: string | null;
  requestedById: string;
  requestedBy: string;
  requestedAt: Date;
  cancelledBy: string | null;
  cancelledAt: Date | null;
  confirmedBy: string | null;
  confirmedAt: Date | null;
  effect: Effect | null;
};
export type Effect = { notes: number; paragraphs: number; revisions: number; codings: number; attachments: number };

function withdrawals(trx: Transaction) {
  return trx('withdrawals as w')
    .join('memberships as requester', 'requester.id', 'w.requested_by')
    .leftJoin('memberships as canceller', 'canceller.id', 'w.cancelled_by')
    .leftJoin('memberships as confirmer', 'confirmer.id', 'w.confirmed_by')
    .select({
      id: 'w.id',
      participantId: 'w.participant_id',
      scope: 'w.scope',
      how: 'w.how',
      withdrawnOn: trx.raw(`to_char(w.withdrawn_on, 'YYYY-MM-DD')`),
      priorConsent: 'w.prior_consent',
      priorScope: 'w.prior_scope',
      priorWithdrawnOn: trx.raw(`to_char(w.prior_withdrawn_on, 'YYYY-MM-DD')`),
      requestedById: 'w.requested_by',
      requestedBy: 'requester.name',
      requestedAt: 'w.requested_at',
      cancelledBy: 'canceller.name',
      cancelledAt: 'w.cancelled_at',
      confirmedBy: 'confirmer.name',
      confirmedAt: 'w.confirmed_at',
      effect: 'w.effect',
    });
}

export async function findWithdrawal(trx: Transaction, id: string): Promise<Withdrawal | undefined> {
  return withdrawals(trx).where('w.id', id).first();
}

/** Somebody's withdrawals, newest first. */
export async function listWithdrawals(trx: Transaction, participantId: string): Promise<Withdrawal[]> {
  return withdrawals(trx).where('w.participant_id', participantId).orderBy('w.requested_at', 'desc').limit(200);
}

/** False when the id is taken. Throws 23505 on withdrawals_one_open. */
export async function insertWithdrawal(
  trx: Transaction,
  row: Pick<
    Withdrawal,
    'id' | 'participantId' | 'scope' | 'how' | 'withdrawnOn' | 'priorConsent' | 'priorScope' | 'priorWithdrawnOn'
  > & { studyId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('withdrawals')
    .insert({
      id: row.id,
      study_id: row.studyId,
      participant_id: row.participantId,
      scope: row.scope,
      how: row.how,
      withdrawn_on: row.withdrawnOn,
      prior_consent: row.priorConsent,
      prior_scope: row.priorScope,
      prior_withdrawn_on: row.priorWithdrawnOn,
      requested_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

export async function insertChoices(
  trx: Transaction,
  of: { id: string; studyId: string },
  choices: { keep: readonly { noteId: string; start: number }[]; attachments: readonly string[] },
): Promise<void> {
  const rows = [
    ...choices.keep.map(({ noteId, start }) => ({ note_id: noteId, start_position: start, attachment_id: null })),
    ...choices.attachments.map((id) => ({ note_id: null, start_position: null, attachment_id: id })),
  ];
  if (rows.length > 0)
    await trx('withdrawal_choices').insert(
      rows.map((row, index) => ({ ...row, withdrawal_id: of.id, study_id: of.studyId, number: index + 1 })),
    );
}

/** How many rows changed: none when it was confirmed or cancelled already. */
export async function updateCancelled(trx: Transaction, id: string, by: string): Promise<number> {
  return trx('withdrawals')
    .where({ id })
    .whereNull('confirmed_at')
    .whereNull('cancelled_at')
    .update({ cancelled_by: by, cancelled_at: trx.fn.now() });
}

/** The same for confirming. Throws 23514 on withdrawals_two_people when `by` is who asked for it. */
export async function updateConfirmed(trx: Transaction, id: string, by: string): Promise<number> {
  return trx('withdrawals')
    .where({ id, scope: 'erasure' })
    .whereNull('confirmed_at')
    .whereNull('cancelled_at')
    .update({ confirmed_by: by, confirmed_at: trx.fn.now() });
}

/** Erases, as the database's owner. `names` are the real names, where they are known. */
export async function deleteEverywhere(trx: Transaction, id: string, names: readonly string[]): Promise<Effect> {
  const { rows } = await trx.raw<{ rows: [{ effect: Effect }] }>(
    'select erase_participant(?::uuid, ?::text[]) as effect',
    [id, [...names]],
  );
  return rows[0].effect;
}
