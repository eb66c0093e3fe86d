import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { codebookInWords } from '../../extracts/export-content-service.ts';
import { slugOf } from '../../shared/slug.ts';
import { failureSentence } from '../failure-service.ts';
import { INTERRUPTED, type Jobs } from '../jobs.ts';
import { Refusal } from '../refi/refusal.ts';
import { type Format, isOfCodebook } from './formats.ts';
import type { makeProjectFile } from './making-service.ts';
import {
  findProjectExport,
  findWhetherPutAway,
  insertProjectExport,
  type ProjectExport,
  updateProjectExportReady,
  updateProjectExportState,
} from './project-export-queries.ts';

export type Exporting = {
  db: Db;
  jobs: Jobs;
  uploadsFolder: string;
  /** The address of this installation. */
  installation: string;
  fault: (error: unknown) => void;
};

const ENDINGS: Record<Format, string> = {
  qdpx: 'qdpx',
  'qdpx-nvivo': 'qdpx',
  archive: 'qdpx',
  qdc: 'qdc',
  'codebook-csv': 'csv',
};
const MAKING = { module: import.meta.resolve('./making-service.ts'), name: 'makeProjectFile' };
const PUT_AWAY =
  'While the file was being made, somebody’s consent changed or a text was de-identified or erased, so the file was not kept. Make a new one.';
const CHANGED =
  'The study has changed since this file was made, so it cannot be made again. Make a new one; it gets a number of its own.';

/** Where the finished file lies until it is swept away a day later; it can be made again. */
export function exportedFile(uploadsFolder: string, found: { id: string }): string {
  return path.join(uploadsFolder, 'incoming', `${found.id}.export`);
}

/** "connecting-people-project-3.qdpx": plain ASCII whatever the study is called. */
export function exportedName(studyName: string, { number, format }: ProjectExport): string {
  const what = format === 'archive' ? 'archive' : isOfCodebook(format) ? 'codebook' : 'project';
  return `${slugOf(studyName)}-${what}-${number}.${ENDINGS[format]}`;
}

/** Records that a file is asked for, and begins to make it. Sending the same id twice makes one. */
export async function requestProjectExport(
  means: Exporting,
  actor: Actor,
  { id, format }: { id: string; format: Format },
): Promise<void> {
  const isNew = await inStudy(means.db, actor, async (trx) => {
    const inserted = await insertProjectExport(trx, { id, studyId: actor.studyId, by: actor.membershipId, format });
    if (inserted) await recordEvent(trx, actor, { kind: 'project-export.requested', subjectId: id, after: { format } });
    else if (!(await findProjectExport(trx, id))) throw new NotFoundError();
    return inserted;
  });
  if (isNew) start(means, actor, id, format);
}

/** Makes a file again that was swept away, or whose making was interrupted. */
export async function remakeProjectExport(means: Exporting, actor: Actor, id: string): Promise<void> {
  const found = await currentProjectExport(means, actor, id);
  if (found.state === 'making') return;
  await inStudy(means.db, actor, (trx) => updateProjectExportState(trx, id, 'making', null));
  start(means, actor, id, found.format);
}

/** Stops the making of a file of the actor's study, which currentProjectExport() has found. */
export async function cancelProjectExport(means: Exporting, id: string): Promise<void> {
  await means.jobs.cancel(id, 'Somebody stopped it. Nothing of it was kept; it can be made again.');
}

/** The export as it is now: one whose work ended with a former run of the program has failed. */
export async function currentProjectExport(
  means: Exporting,
  actor: Actor,
  id: string,
): Promise<ProjectExport & { hasFile: boolean }> {
  const found = await inStudy(means.db, actor, async (trx) => {
    const row = await findProjectExport(trx, id);
    if (row?.state !== 'making' || means.jobs.isRunning(id)) return row;
    await updateProjectExportState(trx, id, 'failed', INTERRUPTED);
    return findProjectExport(trx, id);
  });
  if (!found) throw new NotFoundError();
  const hasFile = found.state === 'ready' && (await isThere(means, actor, found));
  return { ...found, hasFile };
}

// A file from before something was put away is not handed over any more, and goes.
async function isThere(means: Exporting, actor: Actor, found: ProjectExport): Promise<boolean> {
  const file = exportedFile(means.uploadsFolder, found);
  const madeAt = await stat(file).then(
    ({ mtime }) => mtime,
    () => undefined,
  );
  if (madeAt === undefined) return false;
  if (isOfCodebook(found.format)) return true;
  if (!(await inStudy(means.db, actor, (trx) => findWhetherPutAway(trx, madeAt)))) return true;
  await rm(file, { force: true });
  return false;
}

/** Leaves on record that the file was handed over. */
export async function recordDownload(means: Exporting, actor: Actor, found: ProjectExport): Promise<void> {
  await inStudy(means.db, actor, (trx) =>
    recordEvent(trx, actor, {
      kind: 'project-export.downloaded',
      subjectId: found.id,
      after: { format: found.format, byteLength: found.byteLength, sha256: found.sha256 },
    }),
  );
}

function start(means: Exporting, actor: Actor, id: string, format: Format): void {
  means.jobs.start(id, async ({ inThread }) => {
    const file = exportedFile(means.uploadsFolder, { id });
    const begunAt = new Date();
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const { uploadsFolder, installation } = means;
      const order = { actor, format, file, uploadsFolder, installation };
      const made = await inThread<typeof makeProjectFile>(MAKING, order);
      const isSame = await inStudy(means.db, actor, async (trx) => {
        // Whoever erases from here on finds the file and removes it.
        if (!isOfCodebook(format) && (await findWhetherPutAway(trx, begunAt))) throw new Refusal(PUT_AWAY);
        return updateProjectExportReady(trx, id, {
          byteLength: made.byteLength,
          sha256: made.sha256,
          report: { remarks: made.remarks, counts: made.counts, codebook: await codebookInWords(trx) },
        });
      });
      if (!isSame) throw new Refusal(CHANGED);
    } catch (error) {
      await rm(file, { force: true });
      const sentence = failureSentence(error, means.fault);
      await inStudy(means.db, actor, (trx) => updateProjectExportState(trx, id, 'failed', sentence));
    }
  });
}
