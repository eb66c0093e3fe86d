import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../shared/errors.ts';
import { databaseAccount } from './embedded-account.ts';
import { runnableBinaries } from './embedded-binaries.ts';
import { type Cluster, SUPERUSER, openCluster } from './embedded-cluster.ts';
import { SHARED_HOME, durableHome, ensureOwned, temporaryHome } from './embedded-home.ts';
import { findRunning, freePort, spawnServer, stopServer } from './embedded-postmaster.ts';

/** `url` is for the product's own user; `folder` holds the data; `isNew` says that this start has created them. */
export type EmbeddedServer = { url: string; isNew: boolean; folder: string; release(): Promise<void> };

export type EmbeddedOptions = {
  folder: string;
  /** Data in a temporary folder, not safe from a power cut, removed by release(). */
  temporary?: boolean;
  say: (line: string) => void;
  /** The server was lost while in use and could not be started again. */
  onLost?: (error: Error) => void;
};

const NAME = 'fieldnotes';
// Every program that uses the server holds USE shared; whoever gets it alone may stop the server.
const USE = 7_203_001;
const MAKE = 7_203_002;
const PATIENCE_MS = 120_000;

function address(cluster: Cluster, port: number, user: string, database: string): string {
  return `postgres://${user}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/** A connection that says “in use” as long as it lives, or undefined when the server is not (or no longer) to be had. */
async function sayInUse(cluster: Cluster, port: number): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: address(cluster, port, SUPERUSER, 'postgres') });
  client.on('error', () => {});
  try {
    await client.connect();
    // Waits for one who is just stopping the server, and then fails with it.
    await client.query('select pg_advisory_lock_shared($1)', [USE]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if ((error as { code?: string }).code === '28P01') {
      throw new StartError(
        `The database server on ${cluster.data} does not accept the password kept there. Stop that server and start again.`,
      );
    }
    return undefined;
  }
}

function lastComplaint(output: string): string {
  const lines = output.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT|DETAIL/.test(line));
  return lines.slice(-2).join(' ') || output.trim().split('\n').at(-1) || 'it gave no reason';
}

/** Joins the server on this data folder, starting it when none runs. */
async function join(cluster: Cluster, preferred?: number): Promise<{ client: pg.Client; port: number }> {
  const deadline = Date.now() + PATIENCE_MS;
  let failures = 0;
  let wanted = preferred;
  let ended: Promise<string> | undefined;
  for (;;) {
    const running = await findRunning(cluster);
    if (running) {
      const client = running.port > 0 ? await sayInUse(cluster, running.port) : undefined;
      if (client) return { client, port: running.port };
    } else if (!ended) {
      wanted ??= await freePort();
      ({ ended } = await spawnServer(cluster, wanted));
    }
    const output = await Promise.race([delay(running ? 40 : 20), ended ?? delay(40)]);
    if (typeof output === 'string') {
      ended = undefined;
      if (/could not bind|in use by another|Address already in use/i.test(output)) wanted = undefined;
      // Another start was quicker, or the processes of a killed server are still going away: look again.
      else if (!/postmaster\.pid|shared memory block/.test(output)) failures += 1;
    }
    if (failures > 2 || Date.now() > deadline) {
      const why = typeof output === 'string' ? lastComplaint(output) : 'it does not answer';
      throw new StartError(
        `The database server on ${cluster.data} does not start: ${why} (its log: ${path.join(cluster.home, 'server.log')}).`,
      );
    }
  }
}

/** The product's own user and database. The user is no superuser, so that the wall holds for it as it does elsewhere. */
async function ensureDatabase(client: pg.Client, password: string): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [MAKE]);
  const found = await client.query<{ role: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as role,
            exists (select from pg_database where datname = $1) as database`,
    [NAME],
  );
  if (!found.rows[0]?.role) {
    await client.query(`create role ${NAME} login createdb createrole password '${password}'`);
  }
  if (!found.rows[0]?.database) await client.query(`create database ${NAME} owner ${NAME}`);
  await client.query('select pg_advisory_unlock($1)', [MAKE]);
}

/** Ends this program's use, and the server with it when nobody else uses it. */
async function leave(cluster: Cluster, client: pg.Client): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [USE]);
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [USE]);
    if (rows[0]?.alone) await stopServer(cluster);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Starts the PostgreSQL that comes with the program, or joins it when it runs already: programs on one folder share
 * one server, and the last to release it stops it. Throws a StartError when that cannot be done.
 */
export async function startEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { temporary = false, say, onLost } = options;
  let account = await databaseAccount();
  const home = temporary ? await temporaryHome(account) : await durableHome(options.folder, account, say);
  if (!temporary) account = await databaseAccount(path.join(home, 'data'));
  const spare = async () => (account ? ensureOwned(SHARED_HOME, undefined, 0o755) : home);
  const binaries = await runnableBinaries(account, spare, say);
  const { cluster, isNew } = await openCluster(home, account, binaries, temporary);

  const { client, port } = await join(cluster);
  await ensureDatabase(client, cluster.password);
  let released = false;
  let current = Promise.resolve(client);

  /** Killed from outside, the server is started again where the product's connections look for it. */
  async function rejoin(): Promise<pg.Client> {
    const again = await join(cluster, port);
    if (again.port === port) return watched(again.client);
    await leave(cluster, again.client);
    throw new Error(`The database server was lost, and its port ${port} is taken.`);
  }
  function watched(inUse: pg.Client): pg.Client {
    inUse.once('end', () => {
      if (released) return;
      current = rejoin();
      current.catch((error: Error) => onLost?.(error));
    });
    return inUse;
  }
  watched(client);

  return {
    url: address(cluster, port, NAME, NAME),
    isNew,
    folder: home,
    async release() {
      if (released) return;
      released = true;
      const inUse = await current.catch(() => undefined);
      if (inUse) await leave(cluster, inUse);
      if (temporary) await rm(home, { recursive: true, force: true });
    },
  };
}
