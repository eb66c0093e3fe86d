import pino, { type DestinationStream, type Logger } from 'pino';
import { pinoHttp, type HttpLogger } from 'pino-http';
import { newId } from '../shared/ids.ts';

export type Log = Logger;

/** JSON lines on standard output, or into `out`. Level as pino names it. */
export function createLog(level: string, out?: DestinationStream): Log {
  const options = { level, serializers: { err: loggedError, error: loggedError } };
  return out ? pino(options, out) : pino(options);
}

/**
 * What the log may say about an error: where it happened and of which kind. What the database says quotes the row or the
 * value that it refused, and the statement may hold values too: of its errors only code and names of table and constraint stay.
 */
export function loggedError(given: unknown): object {
  // pino-http hands over what it has made of the error, with the error itself beside it.
  const error: unknown = given instanceof Error ? given : (given as { raw?: unknown } | null)?.raw;
  if (!(error instanceof Error)) return { type: typeof given };
  const { code, table, column, constraint, routine, severity } = error as unknown as Record<string, unknown>;
  const isDatabase = severity !== undefined || (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code));
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(isDatabase ? { code, table, column, constraint, routine } : { message: error.message, code }),
    stack: places.join('\n'),
    ...(error.cause !== undefined && { cause: loggedError(error.cause) }),
  };
}

/** For connect(): what the pools of connections say by themselves, as lines of the log. */
export function poolLog(log: Log): (line: { level: 'warn' | 'error'; says: string }) => void {
  return ({ level, says }) => log[level]({ says }, 'connections to the database');
}

/**
 * One line a request: method, path without its query (which may hold words somebody searched for) and without the
 * secret of a one-time link, status, milliseconds, request id. No headers, no bodies.
 */
export function requestLog(log: Log): HttpLogger {
  return pinoHttp({
    logger: log,
    genReqId: () => newId(),
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      err: loggedError,
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: loggedPath(req.url),
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
}

/**
 * The path that may be logged: no query, and the token of /links/:token and its like replaced, however the address is
 * written that the router takes: in other letter case, or whole.
 */
export function loggedPath(url: string): string {
  const path = (url.split('?')[0] ?? '').replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
  return path.replace(/^\/(sign-in-links|invitations|password-resets|set-up)\/[^/]+/i, '/$1/-');
}
