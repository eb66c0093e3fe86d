import path from 'node:path';
import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import {
  findAttachment,
  findNoteForAttachments,
  insertAttachment,
  type NewAttachment,
  updateAttachmentName,
  updateAttachmentRemoved,
} from './attachment-queries.ts';
import { listedName } from './file-name.ts';

/**
 * Keeps a file with a note. `keepFile` gives the received file its final name: before the row is committed, so that no
 * row is ever without its file (a lost commit leaves a file without a row, which nobody sees). Sending the same id twice
 * keeps one; ConflictError when another file is kept under it.
 */
export function addAttachment(
  db: Db,
  actor: Actor,
  file: Omit<NewAttachment, 'studyId' | 'by'>,
  keepFile: () => Promise<void>,
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findNoteForAttachments(trx, file.noteId))) throw new NotFoundError();
    if (!(await insertAttachment(trx, { ...file, studyId: actor.studyId, by: actor.membershipId }))) {
      // Sent twice; or an id of something that this member cannot see.
      const kept = await findAttachment(trx, file.noteId, file.id);
      if (!kept) throw new NotFoundError();
      if (kept.sha256 !== file.sha256)
        throw new ConflictError(
          `This page had added “${kept.fileName}” already, so this file was not kept. Choose it again and add it.`,
        );
      return;
    }
    await recordAdded(trx, actor, file);
    await keepFile();
  });
}

/** Keeps a file whose bytes are in the uploads folder already, in a transaction at hand. */
export async function addStoredAttachment(
  trx: Transaction,
  actor: Actor,
  file: Omit<NewAttachment, 'studyId' | 'by'>,
): Promise<void> {
  if (!(await insertAttachment(trx, { ...file, studyId: actor.studyId, by: actor.membershipId })))
    throw new NotFoundError();
  await recordAdded(trx, actor, file);
}

function recordAdded(trx: Transaction, actor: Actor, file: Omit<NewAttachment, 'studyId' | 'by'>): Promise<void> {
  const { id, noteId, mediaType, byteLength, sha256 } = file;
  return recordEvent(trx, actor, {
    kind: 'attachment.added',
    subjectId: id,
    after: { noteId, mediaType, byteLength, sha256 },
  });
}

/** Takes a file off its note; the file itself stays until the study is disposed of. */
export function removeAttachment(db: Db, actor: Actor, noteId: string, id: string): Promise<void> {
  return setRemoved(db, actor, noteId, id, true);
}

/** Gives a file another name, which ends as its content says. The trail keeps neither name. Gives the one it has now. */
export function renameAttachment(db: Db, actor: Actor, noteId: string, id: string, given: string): Promise<string> {
  return inStudy(db, actor, async (trx) => {
    const file = await findAttachment(trx, noteId, id);
    if (!file || file.removedAt !== null) throw new NotFoundError();
    const name = listedName(given, path.extname(file.storedName).slice(1));
    if ((await updateAttachmentName(trx, id, name)) > 0)
      await recordEvent(trx, actor, { kind: 'attachment.renamed', subjectId: id, after: { noteId } });
    return name;
  });
}

/** Undoes removeAttachment. */
export function restoreAttachment(db: Db, actor: Actor, noteId: string, id: string): Promise<void> {
  return setRemoved(db, actor, noteId, id, false);
}

function setRemoved(db: Db, actor: Actor, noteId: string, id: string, removed: boolean): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findAttachment(trx, noteId, id))) throw new NotFoundError();
    if ((await updateAttachmentRemoved(trx, id, removed ? actor.membershipId : null)) === 0) return;
    await recordEvent(trx, actor, {
      kind: removed ? 'attachment.removed' : 'attachment.restored',
      subjectId: id,
      after: { noteId },
    });
  });
}
