import type { Undo } from './flash.ts';
import connectPgSimple from 'connect-pg-simple';
import session from 'express-session';
import type { RequestHandler } from 'express';
import type pg from 'pg';

const TWELVE_HOURS = 12 * 60 * 60 * 1000;
// Seconds. Ended sessions are deleted about as often as this; the timer keeps no program alive.
const PRUNED_EVERY = 15 * 60;

declare module 'express-session' {
  interface SessionData {
    flash?: { message: string; undo?: Undo };
    returnTo?: string;
  }
}

// What has been used is marked as used at most so often: a write at every request would cost each more than its reading.
const MARKED_EVERY_MS = 60_000;
const MOST_MARKS = 10_000;

/**
 * Sessions in PostgreSQL, ended twelve hours after their last use, to the minute. The cookie is `__Host-` where the site is https;
 * on plain http its name carries the port, because browsers share cookies between the ports of one host.
 */
export function sessions(options: { pool: pg.Pool; secret: string; secure: boolean; port: number }): RequestHandler {
  const Store = connectPgSimple(session);
  return session({
    store: markedNowAndThen(
      new Store({ pool: options.pool, tableName: 'sessions', pruneSessionInterval: PRUNED_EVERY }),
    ),
    name: options.secure ? '__Host-fieldnotes' : `fieldnotes-${options.port}`,
    secret: options.secret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure: options.secure, path: '/', maxAge: TWELVE_HOURS },
  });
}

function markedNowAndThen(store: connectPgSimple.PGStore): connectPgSimple.PGStore {
  const marked = new Map<string, number>();
  const touch = store.touch.bind(store);
  store.touch = (id, data, done) => {
    const now = Date.now();
    if (now - (marked.get(id) ?? 0) < MARKED_EVERY_MS) {
      done?.();
      return;
    }
    if (marked.size >= MOST_MARKS) marked.clear();
    marked.set(id, now);
    touch(id, data, done);
  };
  return store;
}
