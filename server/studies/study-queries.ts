import type { Transaction } from '../database/connection.ts';

/** Adds a study, outside any study. False when there is one with this id. */
export async function insertStudy(
  trx: Transaction,
  study: { id: string; name: string; requiresSecondStep?: boolean; rawNotesReadBy?: 'team' | 'author' },
): Promise<boolean> {
  // No conflict target and no returning: both would need the right to read the row, which comes with the membership.
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into studies (id, name, requires_second_step, raw_notes_read_by) values (?, ?, ?, ?) on conflict do nothing`,
    [study.id, study.name, study.requiresSecondStep ?? false, study.rawNotesReadBy ?? 'author'],
  );
  return rowCount > 0;
}

/** Whether the study asks its team for a second step at sign-in. */
export async function findSecondStepRule(trx: Transaction, studyId: string): Promise<boolean> {
  const row = await trx('studies')
    .where({ id: studyId })
    .first<{ requires: boolean }>({ requires: 'requires_second_step' });
  return row?.requires ?? false;
}

/** False when it is so already. */
export async function updateSecondStepRule(trx: Transaction, studyId: string, requires: boolean): Promise<boolean> {
  const changed = await trx('studies')
    .where({ id: studyId, requires_second_step: !requires })
    .update({ requires_second_step: requires });
  return changed > 0;
}

/** Who reads notes that are not de-identified. */
export async function findRawNoteReaders(trx: Transaction, studyId: string): Promise<'team' | 'author'> {
  const row = await trx('studies')
    .where({ id: studyId })
    .first<{ readers: 'team' | 'author' }>({ readers: 'raw_notes_read_by' });
  return row?.readers ?? 'author';
}

/** How many rows changed: none when it was so already. The database brings every raw text up to date with it. */
export async function updateRawNoteReaders(
  trx: Transaction,
  studyId: string,
  readers: 'team' | 'author',
): Promise<number> {
  return trx('studies')
    .where({ id: studyId })
    .whereNot({ raw_notes_read_by: readers })
    .update({ raw_notes_read_by: readers });
}
