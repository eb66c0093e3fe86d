import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import type { NewDisposal, NewReview } from './retention-form.ts';
import {
  deleteDisposed,
  findDisposal,
  insertDisposal,
  insertReview,
  listReviews,
  updateDisposalEnded,
} from './retention-queries.ts';

/** Moves the day on which a class of data is looked at again, with the reason. Sent twice, it is moved once. */
export function moveReview(db: Db, actor: Actor, review: NewReview): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = (await listReviews(trx)).find((one) => one.class === review.class);
    if (!(await insertReview(trx, { ...review, studyId: actor.studyId, by: actor.membershipId }))) return;
    await recordEvent(trx, actor, {
      kind: 'retention.review-moved',
      subjectId: review.id,
      before: { reviewOn: before?.reviewOn ?? null },
      after: { class: review.class, reviewOn: review.reviewOn },
    });
  });
}

/** Asks for disposal of a class; nothing goes before a second person confirms. */
export function requestDisposal(db: Db, actor: Actor, asked: NewDisposal): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await insertDisposal(trx, { ...asked, studyId: actor.studyId, by: actor.membershipId }))) {
      if (await findDisposal(trx, asked.id)) return;
      throw new ConflictError(
        'Disposal of this is asked for already, and waits for a second person. Open that request.',
      );
    }
    await recordEvent(trx, actor, { kind: 'disposal.requested', subjectId: asked.id, after: { class: asked.class } });
  });
}

/** Takes a request back; ConflictError when it was confirmed meanwhile. */
export function cancelDisposal(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findDisposal(trx, id))) throw new NotFoundError();
    if ((await updateDisposalEnded(trx, id, 'cancelled', actor.membershipId)) === 0) {
      const now = await findDisposal(trx, id);
      if (now?.cancelledAt) return;
      throw new ConflictError(`${now?.confirmedBy} has confirmed it meanwhile. It is done and cannot be taken back.`);
    }
    await recordEvent(trx, actor, { kind: 'disposal.cancelled', subjectId: id });
  });
}

/** Confirms a disposal and does it, in one transaction. ForbiddenError for who asked for it. */
export function confirmDisposal(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const disposal = await findDisposal(trx, id);
    if (!disposal) throw new NotFoundError();
    if (disposal.requestedById === actor.membershipId)
      throw new ForbiddenError('You asked for this disposal yourself: somebody else of the team has to confirm it.');
    if ((await updateDisposalEnded(trx, id, 'confirmed', actor.membershipId)) === 0) {
      const now = await findDisposal(trx, id);
      throw new ConflictError(
        now?.confirmedAt
          ? `${now.confirmedBy} has confirmed this already. It is done.`
          : `${now?.cancelledBy} has cancelled this request meanwhile, so nothing was disposed of.`,
      );
    }
    const effect = await deleteDisposed(trx, id);
    await recordEvent(trx, actor, {
      kind: 'disposal.done',
      subjectId: id,
      after: { class: disposal.class, ...effect },
    });
  });
}
