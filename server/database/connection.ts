import knex, { type Knex } from 'knex';
import pg from 'pg';
import { type Announcements, type Change, createAnnouncements } from './announcements.ts';
import type { IdentityKeys } from './identity-keys.ts';
import { beginInOneTrip, opening, settings } from './one-trip.ts';
import { knexLog, poolLine, type PoolLine } from './pool-log.ts';
import { onConnection } from './prepared.ts';
import { BEGIN, COMMIT, setting, type Statement, together } from './together.ts';

export type Db = Knex;
export type Transaction = Knex.Transaction;

/**
 * The product's connections: `db` for everything, `sessionPool` for what the session store writes, `announcements` for
 * hearing what others have committed.
 */
export type Database = {
  db: Db;
  sessionPool: pg.Pool;
  announcements: Announcements;
  /** What another thread of the program needs in order to connect() as this one did. */
  reach: { url: string; identitySecrets: Uint8Array[] };
  close(): Promise<void>;
};

export type Role = 'lead' | 'researcher' | 'agency';

/** Who acts, and where. `agencyId` is set exactly when `role` is `agency`. `requestId` ties events to the log. */
export type Actor = {
  personId: string;
  membershipId: string;
  studyId: string;
  studyName: string;
  timeZone: string;
  name: string;
  role: Role;
  agencyId: string | null;
  requestId?: string | undefined;
};

/** Who asks for a page of a study, and whether that study asks its team for a second step at sign-in. */
export type Member = Actor & { requiresSecondStep: boolean };

const APPLICATION_NAME = 'fieldnotes';

// Every connection begins as the role that sees nothing of any study, so that a query outside inStudy() shows nothing.
const AS_ACCOUNT = '-c role=fieldnotes_account';

/**
 * Opens the pools. `url` is a postgres:// address. Nothing connects before the first query. Without `identityKeys`
 * identities can be neither read nor written. `log` is told what the pools say by themselves, and otherwise nobody is.
 */
export function connect(
  url: string,
  {
    connections = 10,
    identityKeys,
    log = () => {},
  }: { connections?: number; identityKeys?: IdentityKeys; log?: (line: PoolLine) => void } = {},
): Database {
  const connection = { connectionString: url, application_name: APPLICATION_NAME, options: AS_ACCOUNT };
  const announcements = createAnnouncements(connection);
  const db = knex({
    client: 'pg',
    connection,
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: 15_000,
    log: knexLog(log),
  });
  beginInOneTrip(db);
  // knex's place for what belongs to a connection pool; its transactions have it too.
  db.userParams = { announcements, identityKeys };
  const sessionPool = new pg.Pool({ ...connection, max: 4 });
  // Without a listener an idle connection that the server closes would end the process; the next query reconnects.
  sessionPool.on('error', (error: Error) => log(poolLine('warn', `Connection Error: ${error.message}`)));
  return {
    db,
    sessionPool,
    announcements,
    reach: { url, identitySecrets: secretsOf(identityKeys) },
    async close() {
      await announcements.close();
      await Promise.all([db.destroy(), sessionPool.end()]);
    },
  };
}

function secretsOf(keys: IdentityKeys | undefined): Uint8Array[] {
  if (!keys) return [];
  const older = [...keys.known.values()].filter(({ id }) => id !== keys.current.id);
  return [keys.current, ...older].map(({ secret }) => secret);
}

/** Tells every process of `change` once the transaction is committed, and nobody when it is not. */
export function announce(trx: Transaction, change: Change): void {
  // Nothing waits for it, and a rollback is the work's own affair.
  void outermost(trx).executionPromise.then(
    () => tell(trx, [change]),
    () => undefined,
  );
}

/** Tells every process of what has been committed. */
export function tell(db: Db, changes: readonly Change[]): void {
  const { announcements } = db.userParams as { announcements?: Announcements };
  announcements?.tell(changes);
}

function outermost(trx: Transaction): Transaction {
  return trx.parentTransaction ? outermost(trx.parentTransaction) : trx;
}

/**
 * Runs `work` in one transaction that can see and change only the actor's study (for agency staff: only what is
 * published to their agency). `snapshot` gives every query of `work` the same view of the data; `planOnce` lets a
 * connection keep the plans of prepared() statements whatever their values, which suits what is looked up by keys.
 * `work` is done once more, from its beginning, where the same row was added by somebody else at the same moment.
 */
export function inStudy<T>(
  db: Db,
  actor: Actor,
  work: (trx: Transaction) => Promise<T>,
  { snapshot = false, planOnce = false }: { snapshot?: boolean; planOnce?: boolean } = {},
): Promise<T> {
  const run = (): Promise<T> =>
    db.transaction(work, {
      ...(snapshot && { isolationLevel: 'repeatable read' }),
      ...opening(settings({ ...studySettings(actor), ...(planOnce && PLAN_ONCE) })),
    });
  return run().catch((error: unknown) => (isSameRowAtOnce(error) ? run() : Promise.reject(error as Error)));
}

/**
 * Whether a row was refused because another transaction has just added one of the same id. “on conflict (id) do nothing”
 * lets such a row through to the other index that an id is in, the one of study and id, when both come at the same
 * moment; a moment later the row is found as sent before.
 */
function isSameRowAtOnce(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' && constraint.endsWith('_study_id_id_key');
}

const PLAN_ONCE = { plan_cache_mode: 'force_generic_plan' };

/** What next() of inTwoTrips() wants to be written, what is told once it is committed, and the answer from its rows. */
export type Writing<T> = {
  statements: readonly Statement[];
  changes: readonly Change[];
  answer: (rows: readonly object[][]) => T;
};

/**
 * As inStudy() with `planOnce`, in two trips to the database: `reading` goes with the beginning, and what next() makes of
 * its rows goes with the commit. For what is done all day long. Where next() answers undefined nothing is written, and
 * undefined is the answer; what fails is rolled back and thrown.
 */
export function inTwoTrips<Row extends object, T>(
  db: Db,
  actor: Actor,
  reading: Statement,
  next: (rows: Row[]) => Writing<T> | undefined,
): Promise<T | undefined> {
  return onConnection(db, async (connection) => {
    try {
      const enter = setting({ ...studySettings(actor), ...PLAN_ONCE });
      const read = await together(connection, [BEGIN, enter, reading]);
      const writing = next(read[2] as Row[]);
      if (!writing) {
        await connection.query('rollback');
        return undefined;
      }
      const rows = await together(connection, [...writing.statements, COMMIT]);
      tell(db, writing.changes);
      return writing.answer(rows);
    } catch (error) {
      // Where the connection is lost there is nothing left to roll back.
      await connection.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Lets the rest of the transaction reach codings that are sealed to their coders while a note is coded blind. For work
 * that must keep every coding of a note in step, never for showing or counting them.
 */
export async function lookThroughSeals(trx: Transaction): Promise<void> {
  await trx.raw(`select set_config('app.seals', 'open', true)`);
}

/**
 * Opens the table of identities to `work`, in a transaction of the study, and closes it again. For the features
 * `identities` and `deidentification` alone.
 */
export async function inIdentities<T>(trx: Transaction, work: () => Promise<T>): Promise<T> {
  await trx.raw(`select set_config('app.identity', 'open', true)`);
  const result = await work();
  // Where the work failed, the transaction is at its end, and the setting with it.
  await trx.raw(`select set_config('app.identity', '', true)`);
  return result;
}

/** The keys that identities are under, as connect() was given them. */
export function identityKeysOf(trx: Transaction): IdentityKeys {
  const { identityKeys } = trx.userParams as { identityKeys?: IdentityKeys };
  if (!identityKeys) throw new Error('connect() was given no keys for identities');
  return identityKeys;
}

/**
 * Runs `work` in one transaction outside any study: it sees people, sessions and links, the memberships of `personId`
 * and the invitation whose token has the digest `tokenDigest` (hex), and no other row of a study.
 */
export function asAccount<T>(
  db: Db,
  { personId = '', tokenDigest = '' }: { personId?: string; tokenDigest?: string },
  work: (trx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(work, opening(accountSettings({ personId, tokenDigest })));
}

function studySettings(actor: Actor): Record<string, string> {
  return {
    role: actor.role === 'agency' ? 'fieldnotes_agency' : 'fieldnotes_team',
    'app.study': actor.studyId,
    'app.member': actor.membershipId,
    'app.agency': actor.agencyId ?? '',
    'app.member_role': actor.role,
  };
}

function accountSettings({ personId, tokenDigest }: { personId: string; tokenDigest: string }): string {
  return settings({ 'app.person': personId, 'app.token': tokenDigest });
}
