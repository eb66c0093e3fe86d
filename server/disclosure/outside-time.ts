import type { Choices } from './choices.ts';

/** A moment (ISO, UTC) or a day as it may leave: where days stay inside the month alone, "2011-11". */
export function outsideTime(at: string, { dates }: Pick<Choices, 'dates'>): string {
  return dates === 'month' ? at.slice(0, '2011-11'.length) : at;
}

/** The same where a format has no months: the first moment of it. */
export function outsideMoment(at: string, choices: Pick<Choices, 'dates'>): string {
  return choices.dates === 'month' ? `${outsideTime(at, choices)}-01T00:00:00Z` : at;
}
