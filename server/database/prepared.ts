import type { Knex } from 'knex';
import pg from 'pg';
import { settings } from './one-trip.ts';

type Client = {
  acquireConnection(): Promise<pg.Client>;
  releaseConnection(connection: pg.Client): Promise<void>;
};

/**
 * Runs a statement that each connection parses and plans once: of the short statements that are run at every request or
 * coding, planning is the greater part. Its values stand in `text` as $1, $2, …; `name` belongs to this text alone. In a
 * transaction it runs there; otherwise on a connection of its own, where it sees nothing of any study.
 */
export async function prepared<Row extends object>(
  db: Knex | Knex.Transaction,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  // knex would put the statement together anew each time. A transaction's client always gives the same connection.
  if (db.isTransaction && (db as Knex.Transaction).isCompleted())
    throw new Error(`${name} was run after its transaction`);
  return onConnection(db, async (connection) => {
    const { rows } = await connection.query<Row>({ name, text, values: [...values] });
    return rows;
  });
}

const known = new WeakMap<pg.Client, Set<string>>();

/**
 * The same in a transaction of its own, in one message, as asAccount() would run it for `personId`. `text` says of which
 * type its values are ($1::uuid), which are texts.
 */
export async function preparedAsAccount<Row extends object>(
  db: Knex,
  personId: string,
  name: string,
  text: string,
  values: readonly string[],
): Promise<Row[]> {
  return onConnection(db, async (connection) => {
    const names = known.get(connection) ?? new Set();
    known.set(connection, names);
    // By SQL and not by the protocol, which takes no settings along.
    if (!names.has(name)) await connection.query(`prepare ${pg.escapeIdentifier(name)} as ${text}`);
    names.add(name);
    const run = `execute ${pg.escapeIdentifier(name)} (${values.map((value) => pg.escapeLiteral(value)).join(', ')})`;
    const results: unknown = await connection.query(`${settings({ 'app.person': personId })}; ${run}`);
    return (results as pg.QueryResult<Row>[])[1]!.rows;
  });
}

async function onConnection<T>(db: Knex, work: (connection: pg.Client) => Promise<T>): Promise<T> {
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await client.releaseConnection(connection);
  }
}
