import type { Db, Transaction } from '../database/connection.ts';

/**
 * What was erased and when: ids and counts, no content. `erased.ids` are the codings that went. For the manifest of a
 * backup, and for erasing again what an older backup brings back. `requestedBy` and `confirmedBy` are memberships.
 */
export type Erasure = {
  id: string;
  studyId: string;
  withdrawalId: string;
  participantId: string;
  requestedBy: string;
  confirmedBy: string;
  withdrawnOn: string;
  at: Date;
  erased: Record<string, unknown>;
  digest: string;
};

/** Every erasure that the transaction may see (of one study; as the database's owner, of all), oldest first. */
export async function listErasures(trx: Transaction): Promise<Erasure[]> {
  return trx('erasures')
    .join('withdrawals', 'withdrawals.id', 'erasures.withdrawal_id')
    .orderBy('erasures.at')
    .orderBy('erasures.id')
    .select({
      id: 'erasures.id',
      studyId: 'erasures.study_id',
      withdrawalId: 'withdrawals.id',
      participantId: 'erasures.participant_id',
      requestedBy: 'withdrawals.requested_by',
      confirmedBy: 'withdrawals.confirmed_by',
      withdrawnOn: trx.raw(`to_char(withdrawals.withdrawn_on, 'YYYY-MM-DD')`),
      at: 'erasures.at',
      erased: 'erasures.erased',
      digest: 'erasures.digest',
    });
}

/** As the database's owner: false when the person is not there, or is erased already. */
export async function deleteAgain(owner: Transaction, erasure: Erasure, names: readonly string[]): Promise<boolean> {
  const { studyId, participantId, withdrawalId, requestedBy, confirmedBy, withdrawnOn } = erasure;
  const { rows } = await owner.raw<{ rows: [{ done: boolean }] }>(
    'select erase_again(?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::date, ?::text[]) as done',
    [studyId, participantId, withdrawalId, requestedBy, confirmedBy, withdrawnOn, [...names]],
  );
  return rows[0].done;
}

const MAY_HOLD_ERASED = `note_revisions, note_drafts, note_paragraphs, note_search, note_mentions, codings, memos, themes,
  identities, participants, attachments, consent_changes, codebook_step_themes, codebook_versions, saved_queries, exports,
  settlements, visits`;

/**
 * Writes the tables anew from which something was erased, if that was not done since: old versions of the rows lie in
 * PostgreSQL's files until then. As the database's owner and outside any transaction, while nobody works: it locks them.
 */
export async function updateFilesOfErased(owner: Db): Promise<boolean> {
  const { rows } = await owner.raw<{ rows: { id: string }[] }>('select id from erasures where vacuumed_at is null');
  if (rows.length === 0) return false;
  await owner.raw(`vacuum (full) ${MAY_HOLD_ERASED}`);
  await owner('erasures')
    .whereIn(
      'id',
      rows.map(({ id }) => id),
    )
    .update({ vacuumed_at: owner.fn.now() });
  return true;
}
