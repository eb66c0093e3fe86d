import type { Transaction } from '../database/connection.ts';
import type { Sealed } from '../identities/cipher.ts';
import type { Category, Technique } from './categories.ts';

/** Where in a note's raw revision something stood, and what stands there now. */
export type LoggedReplacement = {
  id: string;
  field: 'title' | 'body';
  start: number;
  end: number;
  category: Category;
  technique: Technique;
  replacement: string;
  participantId: string | null;
};

/** Only inside inIdentities(), as everything here: the table shows nothing otherwise. */
export async function insertReplacements(
  trx: Transaction,
  of: { studyId: string; noteId: string; rawRevisionId: string; revisionId: string; by: string },
  rows: (LoggedReplacement & { original: Sealed })[],
): Promise<void> {
  if (rows.length === 0) return;
  await trx.batchInsert(
    'deidentification_log',
    rows.map((row) => ({
      id: row.id,
      study_id: of.studyId,
      note_id: of.noteId,
      raw_revision_id: of.rawRevisionId,
      revision_id: of.revisionId,
      field: row.field,
      start_position: row.start,
      end_position: row.end,
      category: row.category,
      technique: row.technique,
      replacement: row.replacement,
      participant_id: row.participantId,
      ciphertext: row.original.ciphertext,
      nonce: row.original.nonce,
      key_id: row.original.keyId,
      replaced_by: of.by,
    })),
    500,
  );
}

export type StoredReplacement = LoggedReplacement &
  Sealed & { studyId: string; by: string; at: Date; checkedBy: string | null };

/** What was replaced in the note, as the text is read. */
export async function listReplacements(trx: Transaction, noteId: string): Promise<StoredReplacement[]> {
  return trx('deidentification_log as log')
    .join('memberships as replacer', 'replacer.id', 'log.replaced_by')
    .leftJoin('memberships as checker', 'checker.id', 'log.checked_by')
    .where('log.note_id', noteId)
    .orderByRaw(`log.replaced_at, log.field = 'body', log.start_position, log.id`)
    .select({
      id: 'log.id',
      studyId: 'log.study_id',
      field: 'log.field',
      start: 'log.start_position',
      end: 'log.end_position',
      category: 'log.category',
      technique: 'log.technique',
      replacement: 'log.replacement',
      participantId: 'log.participant_id',
      ciphertext: 'log.ciphertext',
      nonce: 'log.nonce',
      keyId: 'log.key_id',
      by: 'replacer.name',
      at: 'log.replaced_at',
      checkedBy: 'checker.name',
    });
}

/** Marks what nobody has checked yet as checked by `by`. */
export async function updateReplacementsChecked(trx: Transaction, noteId: string, by: string): Promise<void> {
  await trx('deidentification_log')
    .where({ note_id: noteId })
    .whereNull('checked_at')
    .update({ checked_by: by, checked_at: trx.fn.now() });
}
