import { hash, verify } from '@node-rs/argon2';
import { createQueue } from './hashing-queue.ts';

// argon2id (the library's default kind) with the first of OWASP's equivalent settings: 19 MiB, two passes, one lane.
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// Hashing is meant to be slow, and takes the threads that reading files and the like need too: two at a time, and no more
// waiting than are done in about a second. Whoever comes then is asked to try again, and everybody else's pages go on.
const queue = createQueue({ atOnce: 2, waiting: 40 });

// Checked when nobody has the address, so that the answer takes as long as for somebody who exists.
const NOBODY = await hash('nobody has this password', SETTINGS);

export function hashPassword(password: string): Promise<string> {
  return queue(() => hash(password.normalize('NFKC'), SETTINGS));
}

/** Whether `password` is the one behind `stored`; false, as slowly, when there is no stored one. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  const matches = await queue(() => verify(stored ?? NOBODY, password.normalize('NFKC')));
  return matches && stored !== null && stored !== undefined;
}
