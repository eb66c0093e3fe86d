import connectPgSimple from 'connect-pg-simple';
import session, { type SessionData } from 'express-session';
import type { Request } from 'express';
import type pg from 'pg';

/** In milliseconds: how long a session lasts without use, and how long at most. */
export type SessionTimes = { idle: number; absolute: number };

declare module 'express-session' {
  interface SessionData {
    /** When the person signed in: milliseconds since 1970. */
    began?: number;
  }
}

// What has been used is marked as used at most so often: a write at every request would cost each more than its reading.
const MARKED_EVERY_MS = 60_000;
const MOST_MARKS = 10_000;
const PRUNED_EVERY_MS = 15 * 60_000;

/** A session that has not ended, and what is kept on the request that it is found for; `path` is what that asks for. */
export type FindSession = (
  id: string,
  path: string,
) => Promise<{ data: SessionData; attach: (req: Request) => void } | undefined>;

export type SessionStore = {
  store: session.Store;
  /** What is found in `work`, at once, is found for a request of this path. */
  findFor: (path: string, work: () => void) => void;
  /** The request that has loaded this session was not made by a person: it does not count as use. */
  ignoreUse: (loaded: object) => void;
};

/**
 * Sessions in PostgreSQL. The database keeps when each ends: some time after its last use, and never later than so long
 * after it began, whatever the cookie says. A session that has been ended stays ended: a request that was still running
 * can change the row of the session it loaded, and cannot put it back.
 */
export function createSessionStore(pool: pg.Pool, times: SessionTimes, find: FindSession): SessionStore {
  const Store = connectPgSimple(session);
  // No timer: it would outlive the pool. Ended sessions are deleted on the way of a request.
  const store = new Store({ pool, tableName: 'sessions', pruneSessionInterval: false });
  const loaded = new WeakSet<object>();
  const ignored = new WeakSet<object>();
  const marked = new Map<string, number>();
  const attaching = new WeakMap<object, (req: Request) => void>();
  const create = store.createSession.bind(store);
  let prunedAt = 0;
  let path = '';

  store.createSession = (req, data) => {
    const made = create(req, data);
    loaded.add(made);
    attaching.get(data)?.(req);
    return made;
  };

  store.get = (id, done) => {
    find(id, path).then(
      (found) => {
        if (found) attaching.set(found.data, found.attach);
        done(null, found?.data ?? null);
      },
      (error: unknown) => done(error),
    );
  };

  store.set = (id, data, done) => {
    prune();
    const isLoaded = loaded.has(data);
    const statement = !isLoaded
      ? `insert into sessions (sid, sess, expire) values ($1, $2, to_timestamp($3))
           on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire`
      : ignored.has(data)
        ? `update sessions set sess = $2, expire = least(expire, to_timestamp($3)) where sid = $1`
        : `update sessions set sess = $2, expire = to_timestamp($3), last_used_at = now() where sid = $1`;
    run(statement, [id, JSON.stringify(data), endOf(data)], (error) => {
      // Once it is there, it is as good as loaded.
      if (!error) loaded.add(data);
      done?.(error);
    });
  };

  store.touch = (id, data, done) => {
    const now = Date.now();
    if (ignored.has(data) || now - (marked.get(id) ?? 0) < MARKED_EVERY_MS) {
      done?.();
      return;
    }
    prune();
    if (marked.size >= MOST_MARKS) marked.clear();
    marked.set(id, now);
    const statement = `update sessions set expire = to_timestamp($2), last_used_at = now() where sid = $1`;
    run(statement, [id, endOf(data)], () => done?.());
  };

  return { store, findFor, ignoreUse: (data) => void ignored.add(data) };

  function findFor(asked: string, work: () => void): void {
    path = asked;
    work();
    path = '';
  }

  function endOf(data: SessionData): number {
    const now = Date.now();
    return Math.min(now + times.idle, (data.began ?? now) + times.absolute) / 1000;
  }

  function run(statement: string, values: unknown[], done: (error?: unknown) => void): void {
    pool.query(statement, values).then(() => done(), done);
  }

  function prune(): void {
    const now = Date.now();
    if (now - prunedAt < PRUNED_EVERY_MS) return;
    prunedAt = now;
    // Nobody waits for it, and what is left over goes the next time.
    store.pruneSessions(() => undefined);
  }
}
