import type { Db } from '../database/connection.ts';

/** Chains at most `most` events, in the database; answers how many it were. */
export async function sealEvents(db: Db, most: number): Promise<number> {
  const { rows } = await db.raw<{ rows: { sealed: number }[] }>('select seal_trail(?) as sealed', [most]);
  return rows[0]?.sealed ?? 0;
}
