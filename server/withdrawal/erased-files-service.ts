import { rm } from 'node:fs/promises';
import path from 'node:path';
import { asAccount, type Db } from '../database/connection.ts';
import { deleteFileToRemove, listFilesToRemove } from './erased-files-queries.ts';

/**
 * Removes the files whose attachments were erased, and then forgets their names: cut off anywhere between, it is done
 * again. Called after an erasure and when the program starts. How many were removed.
 */
export async function sweepErased(db: Db, folder: string): Promise<number> {
  const names = await asAccount(db, {}, listFilesToRemove);
  for (const name of names) {
    await rm(path.join(folder, path.basename(name)), { force: true });
    await asAccount(db, {}, (trx) => deleteFileToRemove(trx, name));
  }
  return names.length;
}
