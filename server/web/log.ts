import pino, { type Logger } from 'pino';
import { pinoHttp, type HttpLogger } from 'pino-http';
import { newId } from '../shared/ids.ts';

export type Log = Logger;

/** JSON lines on standard output. Level as pino names it. */
export function createLog(level: string): Log {
  return pino({ level });
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
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: loggedPath(req.url),
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
}

/** The path that may be logged: no query, and the token of /links/:token and its like replaced. */
export function loggedPath(url: string): string {
  return (url.split('?')[0] ?? '').replace(/^\/(sign-in-links|invitations|password-resets|set-up)\/[^/]+/, '/$1/-');
}
