import { formatCalendarDate, formatDateTime, toLocalDate } from '../shared/dates.ts';
import { CLASS_WORDS, DATA_CLASSES, DISPOSABLE, type Disposable, isDisposable, monthsAfter } from './retention.ts';
import type { Disposal, Review } from './retention-queries.ts';

type Place = { path: string; timeZone: string };

export function retentionView(
  found: { reviews: Review[]; from: string; counts: Record<Disposable, number>; disposals: Disposal[] },
  values: Record<string, unknown>,
  place: Place,
) {
  const today = toLocalDate(new Date(), place.timeZone);
  return {
    from: formatCalendarDate(found.from),
    classes: DATA_CLASSES.map((name) => {
      const words = CLASS_WORDS[name];
      const moved = found.reviews.find((review) => review.class === name);
      const reviewOn = moved?.reviewOn ?? monthsAfter(found.from, words.months);
      return {
        ...words,
        reviewOn: formatCalendarDate(reviewOn),
        isDue: reviewOn <= today,
        rule: moved
          ? `Moved by ${moved.setBy} on ${formatDateTime(moved.setAt, place.timeZone)}: ${moved.reason}`
          : `${words.months === 12 ? 'One year' : `${words.months / 12} years`} after the last visit`,
        count: isDisposable(name) ? found.counts[name].toLocaleString('en-GB') : undefined,
      };
    }),
    disposable: DISPOSABLE.map((value) => ({
      value,
      text: CLASS_WORDS[value].title,
      hint: CLASS_WORDS[value].disposing,
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
    effect: effect
      ? `${effect.rows.toLocaleString('en-GB')} records and ${effect.codings.toLocaleString('en-GB')} codings.`
      : undefined,
  };
}
