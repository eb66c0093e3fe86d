import type { Transaction } from '../database/connection.ts';
import type { Counts, DataClass, Disposable } from './retention.ts';

export type Review = { class: DataClass; reviewOn: string; reason: string; setBy: string; setAt: Date };

/** The review date in force of each class that has been given one. */
export async function listReviews(trx: Transaction): Promise<Review[]> {
  return trx('retention_reviews')
    .join('memberships', 'memberships.id', 'retention_reviews.set_by')
    .distinctOn('class')
    .orderBy('class')
    .orderBy('set_at', 'desc')
    .select({
      class: 'class',
      reviewOn: trx.raw(`to_char(review_on, 'YYYY-MM-DD')`),
      reason: 'reason',
      setBy: 'memberships.name',
      setAt: 'set_at',
    });
}

/** From when periods are counted: the day of the last visit, or else of the study's beginning. */
export async function findCountedFrom(trx: Transaction): Promise<{ day: string }> {
  const { rows } = await trx.raw<{ rows: [{ day: string }] }>(
    `select to_char(coalesce((select max(ends_at) from visits where removed_at is null), created_at) at time zone time_zone,
                    'YYYY-MM-DD') as day from studies`,
  );
  return rows[0];
}

/**
 * What disposing of each of `classes` would destroy, the same for everybody of the team: counted as the database's owner,
 * because not everybody may read all of it.
 */
export async function countDisposable(
  trx: Transaction,
  classes: readonly Disposable[],
): Promise<Partial<Record<Disposable, Counts>>> {
  const { rows } = await trx.raw<{ rows: { class: Disposable; counts: Counts }[] }>(
    'select class, count_disposable(class) as counts from unnest(?::text[]) as class',
    [[...classes]],
  );
  return Object.fromEntries(rows.map((row) => [row.class, row.counts]));
}

export async function insertReview(
  trx: Transaction,
  row: { id: string; studyId: string; class: string; reviewOn: string; reason: string; by: string },
): Promise<boolean> {
  const inserted = await trx('retention_reviews')
    .insert({
      id: row.id,
      study_id: row.studyId,
      class: row.class,
      review_on: row.reviewOn,
      reason: row.reason,
      set_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

export type Disposal = {
  id: string;
  class: Disposable;
  reason: string;
  requestedById: string;
  requestedBy: string;
  requestedAt: Date;
  cancelledBy: string | null;
  cancelledAt: Date | null;
  confirmedBy: string | null;
  confirmedAt: Date | null;
  effect: { rows: number; codings: number } | null;
  /** As it was when it was asked for; null for what was asked for before that was kept. */
  reviewOn: string | null;
  earlyReason: string | null;
  /** When it was asked for; once it is done, when it was confirmed. */
  counts: Counts;
};

function disposals(trx: Transaction) {
  return trx('disposals as d')
    .join('memberships as requester', 'requester.id', 'd.requested_by')
    .leftJoin('memberships as canceller', 'canceller.id', 'd.cancelled_by')
    .leftJoin('memberships as confirmer', 'confirmer.id', 'd.confirmed_by')
    .select({
      id: 'd.id',
      class: 'd.class',
      reason: 'd.reason',
      requestedById: 'd.requested_by',
      requestedBy: 'requester.name',
      requestedAt: 'd.requested_at',
      cancelledBy: 'canceller.name',
      cancelledAt: 'd.cancelled_at',
      confirmedBy: 'confirmer.name',
      confirmedAt: 'd.confirmed_at',
      effect: 'd.effect',
      reviewOn: trx.raw(`to_char(d.review_on, 'YYYY-MM-DD')`),
      earlyReason: 'd.early_reason',
      counts: 'd.counts',
    });
}

/** Newest first. */
export async function listDisposals(trx: Transaction): Promise<Disposal[]> {
  return disposals(trx).orderBy('d.requested_at', 'desc').limit(200);
}

export async function findDisposal(trx: Transaction, id: string): Promise<Disposal | undefined> {
  return disposals(trx).where('d.id', id).first();
}

/** False when the id is taken, or when another disposal of the class waits. */
export async function insertDisposal(
  trx: Transaction,
  row: Pick<Disposal, 'id' | 'class' | 'reason' | 'reviewOn' | 'earlyReason' | 'counts'> & {
    studyId: string;
    by: string;
  },
): Promise<boolean> {
  const inserted = await trx('disposals')
    .insert({
      id: row.id,
      study_id: row.studyId,
      class: row.class,
      reason: row.reason,
      review_on: row.reviewOn,
      early_reason: row.earlyReason,
      counts: row.counts,
      requested_by: row.by,
    })
    .onConflict()
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** How many rows changed: none when it was confirmed or cancelled already. */
export async function updateDisposalEnded(
  trx: Transaction,
  id: string,
  end: 'cancelled' | 'confirmed',
  by: string,
): Promise<number> {
  return trx('disposals')
    .where({ id })
    .whereNull('confirmed_at')
    .whereNull('cancelled_at')
    .update({ [`${end}_by`]: by, [`${end}_at`]: trx.fn.now() });
}

/** What is destroyed, as it was read by whoever confirmed it. */
export async function updateDisposalCounts(trx: Transaction, id: string, counts: Counts): Promise<void> {
  await trx('disposals').where({ id }).update({ counts });
}

/** Disposes, as the database's owner. */
export async function deleteDisposed(trx: Transaction, id: string): Promise<{ rows: number; codings: number }> {
  const { rows } = await trx.raw<{ rows: [{ effect: { rows: number; codings: number } }] }>(
    'select dispose(?::uuid) as effect',
    [id],
  );
  return rows[0].effect;
}
