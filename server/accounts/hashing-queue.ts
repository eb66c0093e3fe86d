import { AppError } from '../shared/errors.ts';

/**
 * Runs `atOnce` pieces of work at a time and lets `waiting` more wait in the order in which they came. Whatever comes
 * beyond that is refused with 503 before it has cost anything.
 */
export function createQueue({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  let running = 0;
  const line: (() => void)[] = [];

  return async function queue<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (line.length >= waiting)
        throw new AppError(503, 'Very many people are signing in at this moment. Wait a few seconds, then try again.');
      await new Promise<void>((resolve) => line.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // Its place goes to the next in line, or becomes free.
      const next = line.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
