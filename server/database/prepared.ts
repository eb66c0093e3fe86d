import type { Knex } from 'knex';
import type pg from 'pg';
import { setting, together } from './together.ts';

type Client = {
  acquireConnection(): Promise<pg.Client>;
  releaseConnection(connection: pg.Client): Promise<void>;
};

/**
 * Runs a statement that each connection parses and plans once (together.ts). In a transaction it runs there; otherwise on
 * a connection of its own, where it sees nothing of any study.
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
  const [rows] = await onConnection(db, (connection) => together(connection, [{ name, text, values }]));
  return rows as Row[];
}

/** The same in a transaction of its own, in one message, as asAccount() would run it for `personId`. */
export async function preparedAsAccount<Row extends object>(
  db: Knex,
  personId: string,
  name: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const [, rows] = await onConnection(db, (connection) =>
    together(connection, [setting({ 'app.person': personId }), { name, text, values }]),
  );
  return rows as Row[];
}

/** A connection for `work` alone; in a transaction, the transaction's. */
export async function onConnection<T>(db: Knex, work: (connection: pg.Client) => Promise<T>): Promise<T> {
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await client.releaseConnection(connection);
  }
}
