import type { Transaction } from '../database/connection.ts';

/** Names of files in the uploads folder that were erased from the database. Outside any study: none is told otherwise. */
export async function listFilesToRemove(trx: Transaction): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>('select list_files_to_remove() as name');
  return rows.map(({ name }) => name);
}

export async function deleteFileToRemove(trx: Transaction, name: string): Promise<void> {
  await trx.raw('select forget_removed_file(?)', [name]);
}
