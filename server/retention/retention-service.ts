import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { formatCalendarDate, toLocalDate } from '../shared/dates.ts';
import { ConflictError, FieldError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import { CLASS_WORDS, type Counts, type Disposable, disposalDigest, reviewDates } from './retention.ts';
import type { NewDisposal, NewReview } from './retention-form.ts';
import {
  countDisposable,
  deleteDisposed,
  type Disposal,
  findCountedFrom,
  findDisposal,
  insertDisposal,
  insertReview,
  listReviews,
  updateDisposalCounts,
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

/**
 * Asks for disposal of a class; nothing goes before a second person confirms. FieldError before the review date where
 * nobody says why it cannot wait.
 */
export function requestDisposal(db: Db, actor: Actor, asked: NewDisposal): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const { reviewOn, isDue } = await findReviewDate(trx, actor, asked.class);
    const earlyReason = isDue ? null : asked.early;
    if (!isDue && earlyReason === null)
      throw new FieldError(
        'early',
        `The review date of “${CLASS_WORDS[asked.class].title}” is ${formatCalendarDate(reviewOn)}. Say why they cannot be kept until then, or wait`,
      );
    const { id, reason } = asked;
    const counts = (await countDisposable(trx, [asked.class]))[asked.class] ?? {};
    const row = { id, reason, class: asked.class, reviewOn, earlyReason, counts };
    if (!(await insertDisposal(trx, { ...row, studyId: actor.studyId, by: actor.membershipId }))) {
      if (await findDisposal(trx, asked.id)) return;
      throw new ConflictError(
        'Disposal of this is asked for already, and waits for a second person. Open that request.',
      );
    }
    await recordEvent(trx, actor, {
      kind: 'disposal.requested',
      subjectId: asked.id,
      after: { class: asked.class, reviewOn, beforeItsDate: !isDue },
    });
  });
}

/** A disposal, and while it waits what it would destroy now. `digest`: of everything that the page says. */
export type OpenedDisposal = {
  disposal: Disposal;
  counts: Counts;
  reviewOn: string;
  isDue: boolean;
  digest: string;
};

export function openDisposal(db: Db, actor: Actor, id: string): Promise<OpenedDisposal> {
  return inStudy(db, actor, async (trx) => {
    const disposal = await findDisposal(trx, id);
    if (!disposal) throw new NotFoundError();
    return opened(trx, actor, disposal);
  });
}

async function opened(trx: Transaction, actor: Actor, disposal: Disposal): Promise<OpenedDisposal> {
  const { reviewOn, isDue } = await findReviewDate(trx, actor, disposal.class);
  const counts = (await countDisposable(trx, [disposal.class]))[disposal.class] ?? {};
  return { disposal, counts, reviewOn, isDue, digest: disposalDigest({ counts, reviewOn, class: disposal.class }) };
}

async function findReviewDate(
  trx: Transaction,
  actor: Actor,
  name: Disposable,
): Promise<{ reviewOn: string; isDue: boolean }> {
  const reviewOn = reviewDates(await listReviews(trx), (await findCountedFrom(trx)).day)[name];
  return { reviewOn, isDue: reviewOn <= toLocalDate(new Date(), actor.timeZone) };
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

/**
 * Confirms a disposal and does it, in one transaction. ForbiddenError for who asked for it; ConflictError when it would
 * destroy something else than what was read, or when its date was put off.
 */
export function confirmDisposal(db: Db, actor: Actor, id: string, digest: string): Promise<void> {
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
    const now = await opened(trx, actor, disposal);
    if (!now.isDue && disposal.earlyReason === null)
      throw new ConflictError(
        `The review date has been moved to ${formatCalendarDate(now.reviewOn)} since this was asked for, so nothing was disposed of. Cancel this request; whoever still wants it asks again and says why it cannot wait.`,
      );
    if (now.digest !== digest)
      throw new ConflictError(
        'What would be destroyed has changed since you read it, so nothing was disposed of. Go back, reload the page, read it again, and confirm then.',
      );
    await updateDisposalCounts(trx, id, now.counts);
    const effect = await deleteDisposed(trx, id);
    await recordEvent(trx, actor, {
      kind: 'disposal.done',
      subjectId: id,
      after: { class: disposal.class, ...effect },
    });
  });
}
