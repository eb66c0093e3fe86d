import { DateTime } from 'luxon';

const ZONE = 'Europe/London';
const FIRST_WAIT_MINUTES = 5;
const LONGEST_WAIT_MINUTES = 60;

/** What is known of backups: when the last good one was begun, and what has failed since it was last due. */
export type BackupState = { lastGood: Date | undefined; failures: { count: number; last: Date | null } };

/** The last moment up to `now` at which the clock of Europe/London showed `at` (HH:MM). */
export function lastDue(now: Date, at: string): Date {
  const [hour, minute] = at.split(':').map(Number);
  const here = DateTime.fromJSDate(now, { zone: ZONE });
  // set() after minus(): on the day on which a clock is put forward the hour may not exist, and is the next one then.
  const on = (days: number) => here.minus({ days }).set({ hour, minute, second: 0, millisecond: 0 });
  return (on(0) <= here ? on(0) : on(1)).toJSDate();
}

/** Whether one should be made now: none has begun since it was due. After failures it is tried again, ever less often. */
export function isDue(now: Date, at: string, { lastGood, failures }: BackupState): boolean {
  if (lastGood !== undefined && lastGood >= lastDue(now, at)) return false;
  if (failures.last === null) return true;
  const wait = Math.min(LONGEST_WAIT_MINUTES, FIRST_WAIT_MINUTES * 2 ** (failures.count - 1));
  return now.getTime() - failures.last.getTime() >= wait * 60_000;
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * Whether somebody should look after the backups: none for a day and two hours where they are made by the clock, none
 * for a week where somebody makes them.
 */
export function isOverdue(now: Date, at: string | undefined, lastGood: Date | undefined): boolean {
  if (lastGood === undefined) return true;
  return now.getTime() - lastGood.getTime() > (at === undefined ? 7 * 24 : 26) * HOUR_MS;
}
