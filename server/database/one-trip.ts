import type { Knex } from 'knex';
import pg from 'pg';

// Several statements in one message, to save trips to the database: most of a short request is waiting for those. Such a
// message takes no parameters, so that its values are written into it, escaped by pg or by knex.

type Beginning = {
  begin(connection: unknown): unknown;
  query(connection: unknown, sql: string): unknown;
  isolationLevel?: string;
};
type Client = { transaction(container: unknown, config?: object, outer?: unknown): Beginning };

/** A statement that sets each of `values` until the transaction ends. */
export function settings(values: Record<string, string>): string {
  const set = Object.entries(values).map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`,
  );
  return `select ${set.join(', ')}`;
}

/** For the configuration of a transaction: the statement that goes with its BEGIN. */
export function opening(statement: string): Knex.TransactionConfig {
  return { opening: statement } as Knex.TransactionConfig;
}

/** Lets `db` send what opening() says together with BEGIN. knex itself would wait for each. */
export function beginInOneTrip(db: Knex): void {
  const client = db.client as Client;
  const plain = client.transaction.bind(client);
  client.transaction = (container, config = {}, outer) => {
    const transaction = plain(container, config, outer);
    const statement = (config as { opening?: string }).opening;
    if (statement !== undefined)
      // knex begins in a later turn of the event loop, once it has a connection.
      transaction.begin = (connection) => {
        const mode = transaction.isolationLevel ? ` isolation level ${transaction.isolationLevel}` : '';
        return transaction.query(connection, `begin${mode}; ${statement}`);
      };
    return transaction;
  };
}
