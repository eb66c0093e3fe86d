import { asAccount, type Db, type Transaction } from '../database/connection.ts';

/** Ends every session of the person, at once. */
export async function deleteSessionsOf(trx: Transaction, personId: string): Promise<void> {
  await trx.raw(`delete from sessions where sess -> 'passport' ->> 'user' = ?`, [personId]);
}

/** Ends every session of the person but this one. How many. */
export async function deleteOtherSessionsOf(trx: Transaction, personId: string, sessionId: string): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `delete from sessions where sess -> 'passport' ->> 'user' = ? and sid <> ?`,
    [personId, sessionId],
  );
  return rowCount;
}

/** Ends the person's session of this name, and answers its id; undefined when they have none. */
export async function deleteNamedSession(
  trx: Transaction,
  personId: string,
  name: string,
): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { sid: string }[] }>(
    `delete from sessions where sess -> 'passport' ->> 'user' = ? and name = ? returning sid`,
    [personId, name],
  );
  return rows[0]?.sid;
}

/** Keeps where a session was begun, to be shown to its owner. */
export async function updateSessionPlace(
  trx: Transaction,
  sessionId: string,
  { address, browser }: { address: string | undefined; browser: string | undefined },
): Promise<void> {
  await trx('sessions')
    .where({ sid: sessionId })
    .update({ network_address: address ?? null, browser: browser?.slice(0, 400) ?? null, began_at: trx.fn.now() });
}

export type OwnSession = {
  name: string;
  beganAt: Date;
  lastUsedAt: Date;
  address: string | null;
  browser: string | null;
  isThis: boolean;
};

/** The person's sessions that have not ended, this one first, then the last used. */
export async function listSessionsOf(db: Db, personId: string, sessionId: string): Promise<OwnSession[]> {
  return asAccount(db, {}, (trx) =>
    trx('sessions')
      .whereRaw(`sess -> 'passport' ->> 'user' = ?`, [personId])
      .where('expire', '>', trx.fn.now())
      .orderByRaw('(sid = ?) desc, last_used_at desc, name', [sessionId])
      .limit(200)
      .select({
        name: 'name',
        beganAt: 'began_at',
        lastUsedAt: 'last_used_at',
        address: 'network_address',
        browser: 'browser',
        isThis: trx.raw('sid = ?', [sessionId]),
      }),
  );
}

/** How many seconds the session lasts if nothing else happens; 0 when it has ended. */
export async function findSecondsLeft(db: Db, sessionId: string): Promise<number> {
  return asAccount(db, {}, async (trx) => {
    const { rows } = await trx.raw<{ rows: { seconds: number }[] }>(
      'select extract(epoch from expire - now())::int as seconds from sessions where sid = ?',
      [sessionId],
    );
    return Math.max(0, rows[0]?.seconds ?? 0);
  });
}
