import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { exportedFile } from '../exchange/export/project-export-jobs-service.ts';
import { UNCLAIMED } from '../notes/attachments/unclaimed-files-service.ts';
import { deleteFilesToRemove, listFilesToRemove, listStoredExports } from './erased-files-queries.ts';

/**
 * Removes from the disk the files whose attachments were erased or disposed of, and every file of the whole study that is
 * kept for a day: it may hold what went. Called once that is committed; should it be cut off, the next start finishes it.
 */
export async function sweepErased(db: Db, actor: Actor, folder: string): Promise<void> {
  const { names, exports } = await inStudy(db, actor, async (trx) => ({
    names: await listFilesToRemove(trx),
    exports: await listStoredExports(trx),
  }));
  await removeFiles(folder, names, exports);
  await inStudy(db, actor, (trx) => deleteFilesToRemove(trx, names));
}

/** The same for all studies, as the database's owner and before anybody works: what a stop or a restore left over. */
export async function sweepErasedEverywhere(owner: Db, folder: string): Promise<void> {
  const names = await listFilesToRemove(owner);
  if (names.length === 0) return;
  await removeFiles(folder, names, await listStoredExports(owner));
  await deleteFilesToRemove(owner, names);
}

async function removeFiles(folder: string, names: readonly string[], exports: readonly string[]): Promise<void> {
  // Or from where files wait that no note had at an earlier start.
  for (const name of names.map((given) => path.basename(given)))
    for (const place of [folder, path.join(folder, UNCLAIMED)]) await rm(path.join(place, name), { force: true });
  for (const id of exports) await rm(exportedFile(folder, { id }), { force: true });
}
