import type { Db, Transaction } from '../database/connection.ts';

/** Names of files in the uploads folder whose attachments were erased or disposed of. */
export async function listFilesToRemove(trx: Transaction | Db): Promise<string[]> {
  return trx('files_to_remove').orderBy('asked_at').pluck('stored_name');
}

export async function deleteFilesToRemove(trx: Transaction | Db, names: readonly string[]): Promise<void> {
  await trx('files_to_remove')
    .whereIn('stored_name', [...names])
    .delete();
}

/** The files of whole studies that may lie in the uploads folder: each for a day after it was made. */
export async function listStoredExports(trx: Transaction | Db): Promise<string[]> {
  return trx('project_exports').pluck('id');
}
