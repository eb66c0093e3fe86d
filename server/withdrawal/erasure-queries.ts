import type { Db, Transaction } from '../database/connection.ts';

/** What erasing again must know. `requestedBy` and `confirmedBy` are memberships. */
export type Erasure = {
  studyId: string;
  withdrawalId: string;
  participantId: string;
  requestedBy: string;
  confirmedBy: string;
  withdrawnOn: string;
  /** Attachments that were chosen to go. */
  attachmentIds: readonly string[];
};

/**
 * What was erased, oldest first: ids and counts, no content. Of one study; as the database's owner, of all. A backup's
 * manifest has the same rows.
 */
export async function listErasures(trx: Transaction): Promise<(Erasure & { id: string; at: Date; digest: string })[]> {
  return trx('erasures')
    .orderBy('at')
    .orderBy('id')
    .select({
      id: 'id',
      at: 'at',
      digest: 'digest',
      studyId: 'study_id',
      withdrawalId: 'withdrawal_id',
      participantId: 'participant_id',
      requestedBy: 'requested_by',
      confirmedBy: 'confirmed_by',
      withdrawnOn: trx.raw(`to_char(withdrawn_on, 'YYYY-MM-DD')`),
      attachmentIds: trx.raw(`coalesce(erased -> 'attachmentIds', '[]')`),
    });
}

/**
 * Records of erasures as the manifest of a backup has them: whole rows, by the names of their columns. Of one study, or of
 * one withdrawal there; as the database's owner, of all.
 */
export async function listErasureRows(
  trx: Transaction | Db,
  of: { withdrawal_id?: string } = {},
): Promise<({ id: string } & Record<string, unknown>)[]> {
  const rows: { erasure: { id: string } }[] = await trx('erasures')
    .where(of)
    .orderBy('id')
    .select(trx.raw('to_jsonb(erasures) as erasure'));
  return rows.map(({ erasure }) => erasure);
}

/** As the database's owner: false when the person is not there, or is erased already. */
export async function deleteAgain(owner: Transaction, erasure: Erasure, names: readonly string[]): Promise<boolean> {
  const { studyId, participantId, withdrawalId, requestedBy, confirmedBy, withdrawnOn, attachmentIds } = erasure;
  const { rows } = await owner.raw<{ rows: [{ done: boolean }] }>(
    'select erase_again(?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::uuid, ?::date, ?::text[], ?::uuid[]) as done',
    [studyId, participantId, withdrawalId, requestedBy, confirmedBy, withdrawnOn, [...names], [...attachmentIds]],
  );
  return rows[0].done;
}

const MAY_HOLD_ERASED = `note_revisions, note_drafts, note_paragraphs, note_search, note_mentions, codings, memos, themes,
  identities, participants, attachments, consent_changes, codebook_step_themes, codebook_versions, saved_queries, exports,
  settlements, visits, exchange_origins, exchange_sources, deidentification_log, import_reports, project_imports, sessions`;

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
