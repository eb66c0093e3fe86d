import { readdir } from 'node:fs/promises';
import type { Knex } from 'knex';
import pg from 'pg';
import { StartError } from '../shared/errors.ts';
import { checkDatabase } from './check-database.ts';
import { connectionRefusal } from './connection-refusal.ts';
import { MIGRATIONS_FOLDER, connectAsOwner } from './migrations.ts';

// Whoever prepares a database holds this lock in it; others wait for it and then find the work done.
const PREPARE = 7_203_003;
const CONNECT_TIMEOUT_MS = 15_000;
/** A table that is there while a restore is under way. */
export const RESTORE_UNDER_WAY = 'restore_under_way';

async function refuseNewer(owner: Knex): Promise<void> {
  if (!(await owner.schema.hasTable('knex_migrations'))) return;
  const known = new Set(await readdir(MIGRATIONS_FOLDER));
  const done: string[] = await owner('knex_migrations').orderBy('name').pluck('name');
  const unknown = done.findLast((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new StartError(
    `The database is newer than the program: it has the change “${unknown}”, which this version does not know. Start the newer version of the program, or give this one another database.`,
  );
}

/** Brings the tables up to date; only in whilePreparing(). */
export async function migrate(owner: Knex): Promise<void> {
  // knex's own lock is a row, which a killed start leaves locked for ever. Holding PREPARE, nobody else migrates.
  await owner.migrate.forceFreeMigrationsLock();
  await owner.migrate.latest();
}

async function isEmpty(owner: Knex): Promise<boolean> {
  const { rows } = await owner.raw<{ rows: { empty: boolean }[] }>(
    'select not exists (select from people) and not exists (select from studies) as empty',
  );
  return rows[0]?.empty ?? false;
}

// A restore that was killed leaves this behind: what is in the database then is only part of something.
async function refuseHalfRestored(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('public.${RESTORE_UNDER_WAY}') is not null as found`,
  );
  if (!rows[0]?.found) return;
  throw new StartError(
    'A backup was being restored into this database, and that was not finished. Run “npm run restore -- file” again: it begins anew.',
  );
}

/**
 * Checks the database and runs `work` as its owner while nobody else prepares it: several programs take turns. Throws a
 * StartError when the database will not do.
 */
export async function whilePreparing(
  url: string,
  work: (owner: Knex, client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw connectionRefusal(url, error as { code?: string; message?: string });
  }
  const owner = connectAsOwner(url);
  try {
    await client.query('select pg_advisory_lock($1)', [PREPARE]);
    await checkDatabase(client);
    await refuseNewer(owner);
    await work(owner, client);
  } finally {
    await owner.destroy();
    await client.end();
  }
}

/**
 * Checks the database and brings its tables up to date. `whenEmpty` runs as its owner if it holds neither people nor
 * studies. Throws a StartError when the database will not do.
 */
export async function prepareDatabase(url: string, whenEmpty?: (owner: Knex) => Promise<void>): Promise<void> {
  await whilePreparing(url, async (owner, client) => {
    await refuseHalfRestored(client);
    await migrate(owner);
    if (whenEmpty && (await isEmpty(owner))) await whenEmpty(owner);
  });
}
