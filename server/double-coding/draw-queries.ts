import type { Transaction } from '../database/connection.ts';
import type { Stratum } from './sampling.ts';

export type Draw = { id: string; seed: string; strata: Stratum[]; drawnBy: string; drawnAt: Date };

/** A draw on record, or undefined. */
export async function findDraw(trx: Transaction, id: string): Promise<Draw | undefined> {
  return trx('double_coding_draws')
    .join('memberships', 'memberships.id', 'double_coding_draws.drawn_by')
    .where('double_coding_draws.id', id)
    .first({
      id: 'double_coding_draws.id',
      seed: 'double_coding_draws.seed',
      strata: 'double_coding_draws.strata',
      drawnBy: 'memberships.name',
      drawnAt: 'double_coding_draws.drawn_at',
    });
}

/** False when the id is taken. */
export async function insertDraw(
  trx: Transaction,
  row: { id: string; studyId: string; seed: string; strata: Stratum[]; by: string },
): Promise<boolean> {
  const inserted = await trx('double_coding_draws')
    .insert({
      id: row.id,
      study_id: row.studyId,
      seed: row.seed,
      strata: JSON.stringify(row.strata),
      drawn_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}
