import type { Transaction } from '../../database/connection.ts';
import type { Row } from './into.ts';

/** Lets the rest of the transaction load rows into `studyId`, which it has founded. */
export async function setLoadedStudy(trx: Transaction, studyId: string): Promise<void> {
  await trx.raw(`select set_config('app.study', ?, true)`, [studyId]);
}

/** Adds whole rows to a table of the study that this transaction has founded. */
export async function insertRows(trx: Transaction, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length > 0) await trx.raw('select load_study_rows(?, ?::jsonb)', [table, JSON.stringify(rows)]);
}

/** The person's membership in the study that this transaction has founded with them as its lead. */
export async function findFounder(trx: Transaction, studyId: string, personId: string): Promise<string> {
  const row = await trx('memberships').where({ study_id: studyId, person_id: personId }).first('id');
  return row.id;
}
