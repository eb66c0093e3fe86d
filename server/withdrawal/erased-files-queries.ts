import type { Transaction } from '../database/connection.ts';

/** Names of files in the uploads folder whose attachments were erased or disposed of. */
export async function listFilesToRemove(trx: Transaction): Promise<string[]> {
  return trx('files_to_remove').orderBy('asked_at').pluck('stored_name');
}

export async function deleteFilesToRemove(trx: Transaction, names: readonly string[]): Promise<void> {
  await trx('files_to_remove')
    .whereIn('stored_name', [...names])
    .delete();
}
