import { recordEvent } from '../audit/event-service.ts';
import { findNoteForChange } from '../coding/carry-forward-queries.ts';
import { openCodings } from '../coding/seal-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import {
  type DoubleCodingState,
  findDoubleCodingForUpdate,
  findDoubleCodingNote,
  insertPassages,
  listCoders,
  updateCoderFinished,
  updateOpened,
} from './double-coding-queries.ts';

/**
 * The coder has finished. When everybody has, the codings open in the same transaction. Said twice, it is said once.
 * NotFoundError for whoever is not one of its coders.
 */
export function finishCoding(db: Db, actor: Actor, id: string): Promise<{ noteId: string; opened: boolean }> {
  return inStudy(db, actor, async (trx) => {
    const { doubleCoding, coders, mine } = await lockForCoder(trx, actor, id);
    const { noteId } = doubleCoding;
    if (doubleCoding.openedAt !== null) return { noteId, opened: true };
    if (mine.finishedAt !== null) return { noteId, opened: false };
    await updateCoderFinished(trx, { id, membershipId: actor.membershipId }, true);
    await recordEvent(trx, actor, { kind: 'double-coding.finished', subjectId: id });
    const opened = coders.every((coder) => coder === mine || coder.finishedAt !== null);
    if (opened) await open(trx, actor, doubleCoding, null);
    return { noteId, opened };
  });
}

/** Takes finishCoding back, until the codings are open. */
export function takeBackFinish(db: Db, actor: Actor, id: string): Promise<{ noteId: string }> {
  return inStudy(db, actor, async (trx) => {
    const { doubleCoding, mine } = await lockForCoder(trx, actor, id);
    if (doubleCoding.openedAt !== null)
      throw new ConflictError(
        'The codings of this note are open by now, so nobody codes it blind any more. You can still change your codings on its coding page.',
      );
    if (mine.finishedAt !== null) {
      await updateCoderFinished(trx, { id, membershipId: actor.membershipId }, false);
      await recordEvent(trx, actor, { kind: 'double-coding.resumed', subjectId: id });
    }
    return { noteId: doubleCoding.noteId };
  });
}

/** Opens the codings before everybody has finished. Doing it again changes nothing. */
export function openDoubleCoding(db: Db, actor: Actor, id: string): Promise<{ noteId: string }> {
  return inStudy(db, actor, async (trx) => {
    const doubleCoding = await lock(trx, id);
    if (doubleCoding.openedAt === null) await open(trx, actor, doubleCoding, actor.membershipId);
    return { noteId: doubleCoding.noteId };
  });
}

async function open(
  trx: Transaction,
  actor: Actor,
  { id, noteId }: DoubleCodingState,
  by: string | null,
): Promise<void> {
  await updateOpened(trx, id, by);
  await openCodings(trx, noteId);
  await insertPassages(trx, id);
  await recordEvent(trx, actor, { kind: 'double-coding.opened', subjectId: id, after: { early: by !== null } });
}

// The note comes first, as for everybody who codes it: nobody adds a coding while it is being opened.
async function lock(trx: Transaction, id: string): Promise<DoubleCodingState> {
  const found = await findDoubleCodingNote(trx, id);
  if (!found) throw new NotFoundError();
  await findNoteForChange(trx, found.noteId);
  const doubleCoding = await findDoubleCodingForUpdate(trx, id);
  if (!doubleCoding) throw new NotFoundError();
  return doubleCoding;
}

async function lockForCoder(trx: Transaction, actor: Actor, id: string) {
  const doubleCoding = await lock(trx, id);
  const coders = await listCoders(trx, id);
  const mine = coders.find(({ membershipId }) => membershipId === actor.membershipId);
  if (!mine) throw new NotFoundError();
  return { doubleCoding, coders, mine };
}
