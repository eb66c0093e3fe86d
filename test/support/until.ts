import { setTimeout as delay } from 'node:timers/promises';

const OFTEN_MS = 25;

/** Resolves once `condition` holds. What never happens ends with the test's own time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(OFTEN_MS);
}
