import { rm } from 'node:fs/promises';
import path from 'node:path';
import { recordCommand } from '../audit/event-service.ts';
import type { Db } from '../database/connection.ts';
import { endForgottenProjects } from '../exchange/import/forgotten-service.ts';
import { waitingSince } from '../exchange/import/waiting.ts';
import { updateForgottenCodebookImports, updateForgottenNoteImports } from './forgotten-imports-queries.ts';

const DAILY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes what was sent and never confirmed, with its files, as the database's owner: at each start, and daily. What a
 * stop leaves of the files is put aside with all that no row has (unclaimed-files-service.ts).
 */
export async function sweepForgottenImports(owner: Db, folder: string, now = new Date()): Promise<void> {
  const before = waitingSince(now);
  const names = await owner.transaction(async (trx) => {
    const notes = await updateForgottenNoteImports(trx, before);
    const codebooks = await updateForgottenCodebookImports(trx, before);
    for (const { id, studyId } of notes) await recordCommand(trx, studyId, { kind: 'import.expired', subjectId: id });
    for (const { id, studyId } of codebooks)
      await recordCommand(trx, studyId, { kind: 'codebook-import.expired', subjectId: id });
    return [...notes.flatMap(({ storedNames }) => storedNames), ...(await endForgottenProjects(trx, before))];
  });
  for (const name of names) await rm(path.join(folder, path.basename(name)), { force: true });
}

/** Does so each day while the program runs. `stop` ends it. */
export function keepSweepingImports(
  sweep: () => Promise<void>,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  const timer = setInterval(() => void sweep().catch(failed), DAILY_MS);
  timer.unref();
  return { stop: async () => clearInterval(timer) };
}
