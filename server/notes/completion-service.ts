import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { findNoteForUpdate, updateNoteCompleted, updateNoteReopened } from './note-queries.ts';

/** Who finished the note and when; `already`: somebody had done so before this request. */
export type Completion = { already: boolean; completedAt: Date; completedBy: string };

/** Finishes the note and records the write-up lag, once: of two at the same time the second learns of the first. */
export function completeNote(db: Db, actor: Actor, id: string): Promise<Completion> {
  return inStudy(db, actor, async (trx) => {
    const note = await findNoteForUpdate(trx, id);
    if (!note || note.removed) throw new NotFoundError();
    if (note.completedAt !== null)
      return { already: true, completedAt: note.completedAt, completedBy: note.completedBy ?? '' };
    if (note.latestRevision === 0)
      throw new ConflictError('Nothing is saved in this note yet. Write and save it, then finish it.');
    const { completedAt, lagMinutes } = await updateNoteCompleted(trx, id, actor.membershipId);
    await recordEvent(trx, actor, {
      kind: 'note.completed',
      subjectId: id,
      after: { revision: note.latestRevision, lagMinutes: Math.round(lagMinutes) },
    });
    return { already: false, completedAt, completedBy: actor.name };
  });
}

/** Opens a finished note again; nothing happens when it is open. The lag first recorded stays. */
export function reopenNote(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const note = await findNoteForUpdate(trx, id);
    if (!note || note.removed) throw new NotFoundError();
    if (note.completedAt === null) return;
    await updateNoteReopened(trx, id);
    await recordEvent(trx, actor, {
      kind: 'note.reopened',
      subjectId: id,
      before: { completedAt: note.completedAt.toISOString() },
    });
  });
}
