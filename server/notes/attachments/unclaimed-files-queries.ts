import type { Transaction } from '../../database/connection.ts';

/** Which of these files no note has, in any study. */
export async function listUnclaimed(trx: Transaction, names: readonly string[]): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>('select unclaimed_files(?::text[]) as name', [
    [...names],
  ]);
  return rows.map(({ name }) => name);
}
