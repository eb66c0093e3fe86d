import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import type { MemoChange, NewMemo } from './memo-form.ts';
import { findMemo, findSubject, insertMemo, type ShownMemo, updateMemo, updateMemoRemoved } from './memo-queries.ts';

/** Adds a memo; sending the same id twice adds it once. NotFoundError when there is nothing such to write it on. */
export function addMemo(db: Db, actor: Actor, { id, subject, body }: NewMemo): Promise<ShownMemo> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findSubject(trx, subject))) throw new NotFoundError();
    const row = { id, subject, body, studyId: actor.studyId, by: actor.membershipId };
    if (await insertMemo(trx, row))
      await recordEvent(trx, actor, { kind: 'memo.added', subjectId: id, after: { ...subject } });
    return ownMemo(trx, actor, id);
  });
}

/** Saves over `version`. ConflictError when somebody changed or removed it meanwhile. */
export function changeMemo(db: Db, actor: Actor, id: string, change: MemoChange): Promise<ShownMemo> {
  return inStudy(db, actor, async (trx) => {
    const memo = await changeableMemo(trx, actor, id, 'change');
    if (!(await updateMemo(trx, id, { ...change, by: actor.membershipId })))
      throw new ConflictError('Somebody else changed or removed this memo after you opened it.');
    await recordEvent(trx, actor, {
      kind: 'memo.changed',
      subjectId: id,
      before: { version: change.version },
      after: { version: change.version + 1 },
    });
    return (await findMemo(trx, id)) ?? memo;
  });
}

/** Removes a memo, or with `removed` false brings it back. Twice is once. */
export function removeMemo(db: Db, actor: Actor, id: string, removed: boolean): Promise<ShownMemo> {
  return inStudy(db, actor, async (trx) => {
    const memo = await changeableMemo(trx, actor, id, removed ? 'remove' : 'bring back');
    if (await updateMemoRemoved(trx, id, removed ? actor.membershipId : null))
      await recordEvent(trx, actor, { kind: removed ? 'memo.removed' : 'memo.restored', subjectId: id });
    return { ...memo, removed };
  });
}

// The id was taken: by this memo sent before, or by something that is not this member's.
async function ownMemo(trx: Transaction, actor: Actor, id: string): Promise<ShownMemo> {
  const memo = await findMemo(trx, id);
  if (!memo || memo.authorId !== actor.membershipId) throw new NotFoundError();
  return memo;
}

async function changeableMemo(trx: Transaction, actor: Actor, id: string, what: string): Promise<ShownMemo> {
  const memo = await findMemo(trx, id);
  if (!memo) throw new NotFoundError();
  if (memo.authorId !== actor.membershipId && actor.role !== 'lead')
    throw new ForbiddenError(`Only ${memo.author} or the study’s lead can ${what} this memo.`);
  return memo;
}
