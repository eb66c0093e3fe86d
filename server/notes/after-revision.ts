import type { Actor, Transaction } from '../database/connection.ts';

/** One stored revision of a note: its id, its number counting from 1, and its body. */
export type RevisionText = { id: string; number: number; body: string };

/**
 * What else must happen, in the same transaction, when `after` becomes the newest revision of a note. `before` is the
 * one it follows, undefined for the first.
 */
export type AfterRevision = (
  trx: Transaction,
  actor: Actor,
  change: { noteId: string; before: RevisionText | undefined; after: RevisionText },
) => Promise<void>;
