const REFUSED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);
// PostgreSQL's own words for: it stops, it crashed, it starts, it takes no more connections.
const UNREACHABLE = new Set(['57P01', '57P02', '57P03', '08000', '08001', '08003', '08006']);
const BUSY = new Set(['53300', '53200', '55P03', '40P01', '57014']);
const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT']);
// pg and knex have no codes for these; knex puts the statement before the message.
const LOST =
  /(?:^| - )(?:Connection terminated|Client has encountered a connection error|timeout expired)|not queryable/;
const NO_CONNECTION_LEFT = /^Knex: Timeout acquiring a connection|timeout exceeded when trying to connect/;

type Fault = { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown };

/** What an error says of the world around the program: the database is away, or too busy, or a disk is full. */
export function faultOf(error: unknown): 'unreachable' | 'busy' | 'full' | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, cause, errors } = error as Fault;
  if (typeof code === 'string') {
    if (FULL.has(code)) return 'full';
    if (UNREACHABLE.has(code) || REFUSED.has(code)) return 'unreachable';
    if (BUSY.has(code)) return 'busy';
  }
  if (typeof message === 'string' && LOST.test(message)) return 'unreachable';
  if (typeof message === 'string' && NO_CONNECTION_LEFT.test(message)) return 'busy';
  return faultOf(cause ?? (Array.isArray(errors) ? errors[0] : undefined));
}
