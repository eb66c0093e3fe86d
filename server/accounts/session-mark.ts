import { createHash } from 'node:crypto';

/** A session carries the mark of the password it was begun under, so that none outlives it. */
export function markOf(person: { passwordHash: string | null } | undefined): string {
  return createHash('sha256')
    .update(person?.passwordHash ?? 'none')
    .digest('base64url');
}
