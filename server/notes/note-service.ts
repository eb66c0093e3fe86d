import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { findNoteForUpdate, findOpenVisit, findVisitOfNote, insertNote, updateNoteRemoved } from './note-queries.ts';

/** Begins a note about a visit, without a text yet. Sending the same id twice begins it once. */
export function beginNote(db: Db, actor: Actor, visitId: string, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (await addNote(trx, actor, visitId, id)) return;
    // The id is taken: by this form, sent twice, or by a row that has nothing to do with this visit.
    if ((await findVisitOfNote(trx, id))?.visitId !== visitId) throw new NotFoundError();
  });
}

/** The same in a transaction at hand. False when there is a note of that id; NotFoundError when the visit is gone. */
export async function addNote(trx: Transaction, actor: Actor, visitId: string, id: string): Promise<boolean> {
  if (!(await findOpenVisit(trx, visitId))) throw new NotFoundError();
  if (!(await insertNote(trx, { id, studyId: actor.studyId, visitId, by: actor.membershipId }))) return false;
  await recordEvent(trx, actor, { kind: 'note.begun', subjectId: id, after: { visitId } });
  return true;
}

/** Takes the note out of every list; nothing of it is deleted. */
export function removeNote(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => void (await setNoteRemoved(trx, actor, id, true)));
}

/** Undoes removeNote. */
export function restoreNote(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => void (await setNoteRemoved(trx, actor, id, false)));
}

/** Removes a note or brings it back, in a transaction at hand. False when it was so already. */
export async function setNoteRemoved(trx: Transaction, actor: Actor, id: string, removed: boolean): Promise<boolean> {
  const note = await findNoteForUpdate(trx, id);
  if (!note) throw new NotFoundError();
  if (note.removed === removed) return false;
  await updateNoteRemoved(trx, id, removed ? actor.membershipId : null);
  await recordEvent(trx, actor, { kind: removed ? 'note.removed' : 'note.restored', subjectId: id });
  return true;
}
