import { formatDate } from '../../shared/dates.ts';

/** For so long what was sent waits to be confirmed; then it is removed with its files. */
export const WAITING_DAYS = 14;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What has waited since before this moment is over. */
export function waitingSince(now: Date): Date {
  return new Date(now.getTime() - WAITING_DAYS * DAY_MS);
}

/** "It waits until 9 December 2026. If nobody confirms it by then, it is removed with its files." */
export function waitsUntil(since: Date, timeZone: string): string {
  const until = formatDate(new Date(since.getTime() + WAITING_DAYS * DAY_MS), timeZone);
  return `It waits until ${until}. If nobody confirms it by then, it is removed with its files.`;
}

export const WAITED_TOO_LONG = `It waited ${WAITING_DAYS} days and nobody confirmed it, so it was removed with its files. Send it again.`;
