import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { deleteFilesToRemove, listFilesToRemove } from './erased-files-queries.ts';

/**
 * Removes from the disk the files whose attachments were erased or disposed of, and then forgets their names. Called once
 * that is committed; should it be cut off, the program removes at its next start what no attachment claims.
 */
export async function sweepErased(db: Db, actor: Actor, folder: string): Promise<void> {
  const names = await inStudy(db, actor, listFilesToRemove);
  for (const name of names) await rm(path.join(folder, path.basename(name)), { force: true });
  await inStudy(db, actor, (trx) => deleteFilesToRemove(trx, names));
}
