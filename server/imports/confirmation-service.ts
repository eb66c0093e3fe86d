import { recordEvent } from '../audit/event-service.ts';
import { type Actor, inStudy } from '../database/connection.ts';
import { failureSentence } from '../exchange/failure-service.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import { addStoredAttachment } from '../notes/attachments/attachment-service.ts';
import { setNoteRemoved } from '../notes/note-service.ts';
import { addWrittenNote } from '../notes/revisions/revision-service.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { isWanted } from './note-import.ts';
import {
  clearDocuments,
  findDocumentText,
  listDocuments,
  listImportFiles,
  updateBecomeNote,
} from './document-queries.ts';
import { findNoteImportForUpdate, updateNoteImport } from './note-import-queries.ts';
import { type NoteImporting, soonDone } from './receiving-service.ts';
import { openImportStore } from './import-store-service.ts';

const NO_NOTE = 'No document is chosen to become a note. Look at one, choose it, and go on.';

/** Begins to make notes of the documents of an import, all of them or none. Nothing happens where that was begun already. */
export async function confirmImport(
  means: NoteImporting,
  afterRevision: AfterRevision,
  actor: Actor,
  id: string,
): Promise<void> {
  const begun = await inStudy(means.db, actor, async (trx) => {
    const found = await findNoteImportForUpdate(trx, id);
    if (!found) throw new NotFoundError();
    if (found.state !== 'ready') return false;
    const wanted = (await listDocuments(trx, id)).filter(isWanted);
    if (wanted.length === 0) throw new ConflictError(NO_NOTE);
    const without = wanted.filter(({ visitId }) => visitId === null).length;
    if (without > 0) throw new ConflictError(withoutVisit(without));
    await updateNoteImport(trx, id, ['ready'], { state: 'importing', failure: null, progress: 'Beginning.' });
    return true;
  });
  if (!begun) return;
  const work = makeNotes(means, afterRevision, actor, id);
  means.jobs.start(id, () => work);
  await soonDone(work);
}

/** What is said where documents have no visit. */
export function withoutVisit(count: number): string {
  return count === 1
    ? 'One document has no visit yet. Choose one for it, or leave it out.'
    : `${count} documents have no visit yet. Choose one for each, or leave them out.`;
}

async function makeNotes(means: NoteImporting, afterRevision: AfterRevision, actor: Actor, id: string): Promise<void> {
  try {
    const unused = await inStudy(means.db, actor, async (trx) => {
      const documents = await listDocuments(trx, id);
      const wanted = documents.filter(isWanted);
      const files = await listImportFiles(trx, id);
      for (const [index, document] of wanted.entries()) {
        const { title, body } = await findDocumentText(trx, document.id);
        if (
          !(await addWrittenNote(trx, afterRevision, actor, {
            id: document.id,
            visitId: document.visitId!,
            title,
            body,
          }))
        )
          throw new NotFoundError();
        for (const file of files.filter(({ documentId }) => documentId === document.id))
          await addStoredAttachment(trx, actor, { ...file, noteId: document.id });
        await updateBecomeNote(trx, document.id, document.id);
        // By a transaction of its own: this one is seen only when it is whole.
        if ((index + 1) % 20 === 0)
          await inStudy(means.db, actor, (own) =>
            updateNoteImport(own, id, ['importing'], { progress: `${index + 1} of ${wanted.length} notes made.` }),
          );
      }
      const kept = new Set(wanted.map((document) => document.id));
      await clearDocuments(trx, id);
      await updateNoteImport(trx, id, ['importing'], { state: 'done', progress: '', confirmed: true });
      await recordEvent(trx, actor, {
        kind: 'import.confirmed',
        subjectId: id,
        after: { notes: wanted.length, leftOut: documents.length - wanted.length },
      });
      return files.filter(({ documentId }) => !kept.has(documentId)).map(({ storedName }) => storedName);
    });
    const store = openImportStore(means.uploadsFolder);
    for (const storedName of unused) await store.remove(storedName);
  } catch (error) {
    const sentence =
      error instanceof NotFoundError
        ? 'A visit was removed in the meantime, so nothing was imported. Choose other visits and confirm again.'
        : failureSentence(error, means.fault);
    await inStudy(means.db, actor, (trx) =>
      updateNoteImport(trx, id, ['importing'], { state: 'ready', progress: '', failure: sentence }),
    );
  }
}

/** Removes the notes that an import has made, or brings them back; how many changed. */
export function setImportedRemoved(
  { db }: Pick<NoteImporting, 'db'>,
  actor: Actor,
  id: string,
  removed: boolean,
): Promise<number> {
  return inStudy(db, actor, async (trx) => {
    const found = await findNoteImportForUpdate(trx, id);
    if (!found) throw new NotFoundError();
    let changed = 0;
    for (const { noteId } of await listDocuments(trx, id))
      if (noteId !== null && (await setNoteRemoved(trx, actor, noteId, removed))) changed += 1;
    if (changed > 0)
      await recordEvent(trx, actor, {
        kind: removed ? 'import.undone' : 'import.redone',
        subjectId: id,
        after: { notes: changed },
      });
    return changed;
  });
}
