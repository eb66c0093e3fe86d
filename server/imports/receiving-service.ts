import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { faultOf } from '../database/database-fault.ts';
import { failureSentence } from '../exchange/failure-service.ts';
import { INTERRUPTED, type Jobs } from '../exchange/jobs.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { ReceivedFile } from '../web/uploads.ts';
import { type Arrived, takeDocument } from './document-intake-service.ts';
import { type ImportStore, openImportStore } from './import-store-service.ts';
import type { NoteImport } from './note-import.ts';
import { deleteDocuments, listImportFiles, updateSameDocuments } from './document-queries.ts';
import { findNoteImport, insertNoteImport, updateNoteImport } from './note-import-queries.ts';
import { matchArrived } from './matching-service.ts';
import type { Answer } from './reading/document-reading-service.ts';
import { createReader } from './reading/reader-service.ts';
import { endingOf } from './reading/read-document.ts';
import { unpack } from './unpacking-service.ts';

export type NoteImporting = {
  db: Db;
  jobs: Jobs;
  uploadsFolder: string;
  /** The longest document, and all that is in one ZIP, in bytes. */
  limit: number;
  total: number;
  /** Told of faults that are the program's own. */
  fault: (error: unknown) => void;
};

/** More are sent in several parts, so that what is looked at before it is confirmed can be looked at. */
export const MOST_DOCUMENTS = 500;
// Whoever sends three documents sees what they become at once; whoever sends five hundred is shown how far it is.
const WAITED_MS = 2500;

/** Takes files in and begins to read them. Sending the same form twice takes them once. */
export async function receiveDocuments(
  means: NoteImporting,
  actor: Actor,
  id: string,
  files: readonly ReceivedFile[],
): Promise<void> {
  const isNew = await inStudy(means.db, actor, async (trx) => {
    if (!(await insertNoteImport(trx, { id, studyId: actor.studyId, by: actor.membershipId }))) {
      if (!(await findNoteImport(trx, id))) throw new NotFoundError();
      return false;
    }
    const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    await recordEvent(trx, actor, { kind: 'import.begun', subjectId: id, after: { files: files.length, bytes } });
    return true;
  });
  if (!isNew) return;
  const store = openImportStore(means.uploadsFolder);
  const taken: Arrived[] = [];
  try {
    // Before the request ends, and what it brought with it.
    for (const file of files) {
      const stored = await store.take(file, endingOf(file.name));
      taken.push({ name: file.name, folder: '', stored });
    }
  } catch (error) {
    await giveUp(means, actor, id, store, error);
    return;
  }
  const work = readAll(means, actor, id, store, taken);
  means.jobs.start(id, () => work);
  await soonDone(work);
}

/** Resolves when `work` has ended, or after a moment. */
export async function soonDone(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<void>((resolve) => (timer = setTimeout(resolve, WAITED_MS)));
  await Promise.race([work.catch(() => {}), moment]);
  clearTimeout(timer);
}

async function readAll(
  means: NoteImporting,
  actor: Actor,
  id: string,
  store: ImportStore,
  arrived: readonly Arrived[],
): Promise<void> {
  const reader = createReader();
  try {
    const limits = { each: means.limit, total: means.total, most: MOST_DOCUMENTS };
    const { documents, table, remarks } = await unpack(store, arrived, limits);
    let position = 0;
    for (const document of documents) {
      const answer: Answer =
        document.refusal === undefined
          ? await reader.read({ file: store.pathOf(document.stored.storedName), name: document.name })
          : { kind: 'refused', sentence: document.refusal };
      if (answer.kind === 'failed' && faultOf({ code: answer.code }) !== undefined)
        throw Object.assign(new Error(answer.message), { code: answer.code });
      await takeDocument({ db: means.db, store }, actor, id, position, document, answer);
      position += 1;
      const progress = `${position} of ${documents.length} documents read.`;
      await inStudy(means.db, actor, (trx) => updateNoteImport(trx, id, ['reading'], { progress }));
    }
    await inStudy(means.db, actor, async (trx) => {
      await matchArrived(trx, actor, id, table);
      await updateSameDocuments(trx, id);
      await updateNoteImport(trx, id, ['reading'], { state: 'ready', progress: '', remarks });
    });
  } catch (error) {
    await giveUp(means, actor, id, store, error);
  } finally {
    await reader.end();
  }
}

// Nothing is left behind: neither rows nor files.
async function giveUp(
  means: NoteImporting,
  actor: Actor,
  id: string,
  store: ImportStore,
  error: unknown,
): Promise<void> {
  const failure = failureSentence(error, means.fault);
  await store.removeAll();
  await inStudy(means.db, actor, async (trx) => {
    await deleteDocuments(trx, id);
    await updateNoteImport(trx, id, ['reading'], { state: 'failed', failure, progress: '' });
  });
}

/** The import as it is now; one whose work ended with a former run of the program has failed, or waits as before. */
export async function currentNoteImport(means: NoteImporting, actor: Actor, id: string): Promise<NoteImport> {
  const find = (): Promise<NoteImport | undefined> => inStudy(means.db, actor, (trx) => findNoteImport(trx, id));
  const found = await find();
  if (!found) throw new NotFoundError();
  if ((found.state !== 'reading' && found.state !== 'importing') || means.jobs.isRunning(id)) return found;
  if (found.state === 'importing') {
    // The transaction ended with the program, so that all is as it was before.
    await inStudy(means.db, actor, (trx) => updateNoteImport(trx, id, ['importing'], { state: 'ready', progress: '' }));
  } else {
    await dropFiles(means, actor, id);
    await inStudy(means.db, actor, (trx) =>
      updateNoteImport(trx, id, ['reading'], { state: 'failed', failure: INTERRUPTED, progress: '' }),
    );
  }
  return (await find()) ?? found;
}

/** Throws away what was read and not imported. */
export async function dropNoteImport(means: NoteImporting, actor: Actor, id: string): Promise<void> {
  const found = await currentNoteImport(means, actor, id);
  if (found.state !== 'ready' && found.state !== 'failed') return;
  const changed = await inStudy(means.db, actor, async (trx) => {
    const count = await updateNoteImport(trx, id, ['ready', 'failed'], { state: 'dropped', failure: null });
    if (count > 0) await recordEvent(trx, actor, { kind: 'import.dropped', subjectId: id });
    return count;
  });
  if (changed > 0) await dropFiles(means, actor, id);
}

async function dropFiles(means: NoteImporting, actor: Actor, id: string): Promise<void> {
  const store = openImportStore(means.uploadsFolder);
  const files = await inStudy(means.db, actor, async (trx) => {
    const listed = await listImportFiles(trx, id);
    await deleteDocuments(trx, id);
    return listed;
  });
  for (const { storedName } of files) await store.remove(storedName);
}
