import type { Transaction } from '../database/connection.ts';

/** Ends every session of the person, at once. */
export async function deleteSessionsOf(trx: Transaction, personId: string): Promise<void> {
  await trx.raw(`delete from sessions where sess -> 'passport' ->> 'user' = ?`, [personId]);
}
