import { hash, verify } from '@node-rs/argon2';

// argon2id (the library's default kind) with the first of OWASP's equivalent settings: 19 MiB, two passes, one lane.
const SETTINGS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// Checked when nobody has the address, so that the answer takes as long as for somebody who exists.
const NOBODY = await hash('nobody has this password', SETTINGS);

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), SETTINGS);
}

/** Whether `password` is the one behind `stored`; false, as slowly, when there is no stored one. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  const matches = await verify(stored ?? NOBODY, password.normalize('NFKC'));
  return matches && stored !== null && stored !== undefined;
}
