import type { Knex } from 'knex';
import type pg from 'pg';
import type { Transaction } from './connection.ts';

const AT_ONCE = 200;
let serial = 0;

/**
 * The rows of `query`, read by a cursor on the transaction's own connection, and so under its role and snapshot: a few
 * hundred at a time, and no faster than they are taken. Who stops reading closes it.
 */
export async function* rowsOf<Row extends object>(trx: Transaction, query: Knex.QueryBuilder): AsyncGenerator<Row> {
  const name = `rows_${(serial += 1)}`;
  // All rows will be read: plans that are quick for the first few only are not wanted. And one process, as in copyCsv().
  await trx.raw('set local cursor_tuple_fraction = 1; set local max_parallel_workers_per_gather = 0');
  const connection = (await trx.client.acquireConnection()) as pg.Client;
  // Not by knex: a cursor is declared with its values in the statement, and their question marks would be taken for places.
  await connection.query(`declare ${name} no scroll cursor for ${query.toQuery()}`);
  try {
    for (;;) {
      const { rows } = await connection.query<Row>(`fetch ${AT_ONCE} from ${name}`);
      yield* rows;
      if (rows.length < AT_ONCE) return;
    }
  } finally {
    // Where the transaction has failed, its cursors are closed.
    await connection.query(`close ${name}`).catch(() => {});
  }
}
