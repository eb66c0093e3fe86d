import session from 'express-session';
import type { RequestHandler } from 'express';
import type pg from 'pg';
import { isBackground } from './background.ts';
import type { Undo } from './flash.ts';
import { createSessionStore, type FindSession, type SessionTimes } from './session-store.ts';

declare module 'express-session' {
  interface SessionData {
    flash?: { message: string; undo?: Undo };
    returnTo?: string;
  }
}

/**
 * Sessions, kept and ended by the database. The cookie is `__Host-` where the site is https; on plain http its name
 * carries the port, because browsers share cookies between the ports of one host.
 */
export function sessions(options: {
  pool: pg.Pool;
  secret: string;
  secure: boolean;
  port: number;
  times: SessionTimes;
  find: FindSession;
}): RequestHandler {
  const { store, findFor, ignoreUse } = createSessionStore(options.pool, options.times, options.find);
  const begin = session({
    store,
    name: options.secure ? '__Host-fieldnotes' : `fieldnotes-${options.port}`,
    secret: options.secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure: options.secure, path: '/', maxAge: options.times.absolute },
  });
  return (req, res, next) => {
    // express-session asks the store at once, and does not say for which request.
    findFor(req.path, () =>
      begin(req, res, (error?: unknown) => {
        if (!error && isBackground(req)) ignoreUse(req.session);
        next(error);
      }),
    );
  };
}

/** In seconds: when the session of this request ends if nothing else happens, and when whatever happens. */
export function sessionEnds(began: number | undefined, times: SessionTimes): { idle: number; absolute: number } {
  const now = Date.now();
  const absolute = Math.max(0, (began ?? now) + times.absolute - now) / 1000;
  return { idle: Math.round(Math.min(times.idle / 1000, absolute)), absolute: Math.round(absolute) };
}
