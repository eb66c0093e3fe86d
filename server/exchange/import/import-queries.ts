import type { Transaction } from '../../database/connection.ts';
import type { Lot } from './rows.ts';

/** Lets the rest of the transaction load rows into `studyId`, which it has founded. */
export async function setLoadedStudy(trx: Transaction, studyId: string): Promise<void> {
  await trx.raw(`select set_config('app.study', ?, true)`, [studyId]);
}

/** Adds whole rows to tables of the study that this transaction has founded, all of them in one trip. */
export async function insertRows(trx: Transaction, { tables, rows }: Pick<Lot, 'tables' | 'rows'>): Promise<void> {
  if (tables.length > 0) await trx.raw('select load_study_lot(?::text[], ?::jsonb)', [tables, rows]);
}

/** The person's membership in the study that this transaction has founded with them as its lead. */
export async function findFounder(trx: Transaction, studyId: string, personId: string): Promise<string> {
  const row = await trx('memberships').where({ study_id: studyId, person_id: personId }).first('id');
  return row.id;
}
