import type { Knex } from 'knex';
import type pg from 'pg';

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
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  try {
    const { rows } = await connection.query<Row>({ name, text, values: [...values] });
    return rows;
  } finally {
    await client.releaseConnection(connection);
  }
}
