import type { Transaction } from '../database/connection.ts';

/** Adds a study, outside any study. False when there is one with this id. */
export async function insertStudy(trx: Transaction, study: { id: string; name: string }): Promise<boolean> {
  // No conflict target and no returning: both would need the right to read the row, which comes with the membership.
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into studies (id, name) values (?, ?) on conflict do nothing`,
    [study.id, study.name],
  );
  return rowCount > 0;
}
