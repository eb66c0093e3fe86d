import { counted } from '../shared/counted.ts';
import { formatCalendarDate, formatDateTime, toLocalDate } from '../shared/dates.ts';
import {
  CLASS_WORDS,
  COUNTED,
  type Counts,
  DATA_CLASSES,
  DISPOSABLE,
  type Disposable,
  isDisposable,
  overdueClasses,
  reviewDates,
} from './retention.ts';
import type { OpenedDisposal } from './retention-service.ts';
import type { Disposal, Review } from './retention-queries.ts';

type Place = { path: string; timeZone: string };

export function retentionView(
  found: { reviews: Review[]; from: string; counts: Partial<Record<Disposable, Counts>>; disposals: Disposal[] },
  values: Record<string, unknown>,
  place: Place,
) {
  const today = toLocalDate(new Date(), place.timeZone);
  const dates = reviewDates(found.reviews, found.from);
  const disposed = found.disposals.flatMap((one) =>
    one.effect !== null && one.confirmedAt !== null
      ? [{ class: one.class, on: toLocalDate(one.confirmedAt, place.timeZone) }]
      : [],
  );
  const overdue = overdueClasses({ moved: found.reviews, from: found.from, disposed }, today);
  return {
    from: formatCalendarDate(found.from),
    classes: DATA_CLASSES.map((name) => {
      const words = CLASS_WORDS[name];
      const moved = found.reviews.find((review) => review.class === name);
      const reviewOn = dates[name];
      const done = disposed.find((one) => one.class === name && one.on >= reviewOn);
      return {
        ...words,
        reviewOn: formatCalendarDate(reviewOn),
        isDue: overdue.includes(name),
        disposedOn: done && reviewOn <= today ? formatCalendarDate(done.on) : undefined,
        rule: moved
          ? `Moved by ${moved.setBy} on ${formatDateTime(moved.setAt, place.timeZone)}: ${moved.reason}`
          : `${words.months === 12 ? 'One year' : `${words.months / 12} years`} after the last visit`,
        counts: isDisposable(name) ? countRows(name, found.counts[name] ?? {}) : [],
      };
    }),
    disposable: DISPOSABLE.map((value) => ({
      value,
      text: CLASS_WORDS[value].title,
      hint: `${CLASS_WORDS[value].disposing} ${dates[value] <= today ? 'Its review date has come' : `Not due before ${formatCalendarDate(dates[value])}: say below why it cannot wait`}.`,
      checked: values.class === value,
    })),
    all: DATA_CLASSES.map((value) => ({ value, text: CLASS_WORDS[value].title, selected: values.class === value })),
    disposals: found.disposals.map((disposal) => disposalView(disposal, place)),
  };
}

export function disposalView(disposal: Disposal, { path, timeZone }: Place) {
  const { effect } = disposal;
  return {
    href: `${path}/disposals/${disposal.id}`,
    ...CLASS_WORDS[disposal.class],
    reason: disposal.reason,
    isOpen: disposal.confirmedAt === null && disposal.cancelledAt === null,
    state: disposal.confirmedAt
      ? { text: 'Disposed of', tag: 'govuk-tag--grey' }
      : disposal.cancelledAt
        ? { text: 'Cancelled', tag: 'govuk-tag--grey' }
        : { text: 'Waits for a second person', tag: 'govuk-tag--yellow' },
    requested: `${formatDateTime(disposal.requestedAt, timeZone)} by ${disposal.requestedBy}`,
    cancelled: disposal.cancelledAt
      ? `${formatDateTime(disposal.cancelledAt, timeZone)} by ${disposal.cancelledBy}`
      : undefined,
    confirmed: disposal.confirmedAt
      ? `${formatDateTime(disposal.confirmedAt, timeZone)} by ${disposal.confirmedBy}`
      : undefined,
    effect: effect ? `${counted(effect.rows, 'record')} and ${counted(effect.codings, 'coding')}.` : undefined,
  };
}

/** The page of one disposal: what it would destroy now, or what it destroyed. */
export function openedDisposalView({ disposal, counts, reviewOn, isDue, digest }: OpenedDisposal, place: Place) {
  const view = disposalView(disposal, place);
  const then = view.isOpen ? reviewOn : (disposal.reviewOn ?? reviewOn);
  const rows = countRows(disposal.class, view.isOpen ? counts : disposal.counts);
  const asked = countRows(disposal.class, disposal.counts);
  return {
    ...view,
    digest,
    reviewOn: formatCalendarDate(then),
    // Before its date when it was asked for, or now, where the date was put off.
    isEarly: disposal.earlyReason !== null || (view.isOpen && !isDue),
    isPutOff: view.isOpen && !isDue && disposal.earlyReason === null,
    earlyReason: disposal.earlyReason,
    counts: rows.map((row, index) => ({
      ...row,
      asked: asked[index]!.count === row.count || Object.keys(disposal.counts).length === 0 ? '' : asked[index]!.count,
    })),
    isNothing: rows.every(({ count }) => count === '0'),
    // Of what was disposed of before this was kept, only the effect is known.
    isCounted: view.isOpen || Object.keys(disposal.counts).length > 0,
  };
}

function countRows(name: Disposable, counts: Counts): { text: string; count: string }[] {
  return Object.entries(COUNTED[name]).map(([key, text]) => ({
    text,
    count: (counts[key] ?? 0).toLocaleString('en-GB'),
  }));
}
