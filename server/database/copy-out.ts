import { connect as connectSocket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Transaction } from './connection.ts';

const CANCEL_REQUEST = 80_877_102;
const CANCEL_PATIENCE_MS = 5000;
const COLLECTED_EVERY = 8 * 1024 * 1024;

/** pg's client, with what it keeps for cancelling. */
type Backend = pg.Client & { processID: number; secretKey: number };

/** For a column of COPY: a cell that a spreadsheet would run begins with an apostrophe, and is text. */
export function spreadsheetText(cell: string): string {
  return `case when ascii(${cell}) in (61, 43, 45, 64, 9, 13) then '''' || ${cell} else ${cell} end`;
}

/**
 * Runs COPY (`select`) TO STDOUT as CSV with a header line, on the transaction's own connection and so under its role
 * and snapshot. Hands each piece to `take` and waits for it before reading on: no more than a few pieces (64 KB each) are in
 * memory. Returns the number of rows, the header not counted. COPY takes no parameters: `select` comes with its
 * values escaped (knex: toQuery()).
 *
 * When `take` throws, or `signal` is aborted, the query is cancelled, what is still on its way is thrown away, and the
 * error is passed on; the connection is then as usable as after any failed query.
 */
export async function copyCsv(
  trx: Transaction,
  select: string,
  take: (chunk: Buffer) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  signal?.throwIfAborted();
  // One process of the database's: spread over several it sorts first, fills the disk, and leaves nobody else a processor.
  await trx.raw('set local max_parallel_workers_per_gather = 0');
  const connection = (await trx.client.acquireConnection()) as Backend;
  const stream = connection.query(copyTo(`copy (${select}) to stdout (format csv, header)`));
  const over = new Promise<void>((resolve) => stream.on('end', resolve).on('error', () => resolve()));
  let cancelled: Promise<void> | undefined;
  const stop = (): void => {
    cancelled ??= cancel(connection);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const collect = youngCollector();
  let uncollected = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      await take(chunk as Buffer);
      uncollected += (chunk as Buffer).length;
      if (uncollected < COLLECTED_EVERY) continue;
      uncollected = 0;
      collect({ type: 'minor' });
    }
    signal?.throwIfAborted();
  } catch (error) {
    stop();
    stream.resume();
    await over;
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
    // Waited for: a cancellation that arrives late would strike the connection's next query.
    await cancelled;
  }
  // The count arrives behind the last row: the next answer on this connection comes after it.
  await trx.raw('select 1');
  return stream.rowCount;
}

// The pieces die at once, but V8 hardly counts them, since their bytes lie outside its heap: it lets some 64 MB of them
// gather. Its quick collection of what died young takes a millisecond, and has no other door than this.
function youngCollector(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as (options: { type: 'minor' }) => void;
}

// The protocol's own way, on a connection of its own. pg_cancel_backend() would need rights that the roles do not have.
// It is no loss when this fails: the rest of the rows is then read and thrown away.
function cancel({ host, port, processID, secretKey }: Backend): Promise<void> {
  const request = Buffer.alloc(16);
  for (const [index, value] of [16, CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(value, index * 4);
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connectSocket(`${host}/.s.PGSQL.${port}`) : connectSocket(port, host);
    socket.on('error', () => {}).on('close', () => resolve());
    socket.setTimeout(CANCEL_PATIENCE_MS, () => socket.destroy());
    // The server answers nothing and hangs up once it has passed the request on.
    socket.resume().write(request);
  });
}
