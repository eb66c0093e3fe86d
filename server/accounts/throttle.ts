import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Db } from '../database/connection.ts';

/** So many tries in so many minutes for each key, counted in the database: by all processes together, over restarts. */
export type Throttle = {
  /** Counts a try before it is made. Undefined when it may be made, else when the next one may, and whether this refusal is the first. */
  take(key: string): Promise<{ until: Date; isFirst: boolean } | undefined>;
  /** Takes one counted try back: it was a success. */
  giveBack(key: string): Promise<void>;
  /** Forgets all tries of the key. */
  clear(key: string): Promise<void>;
};

// By how much the clocks of several machines may differ.
const CLOCKS_APART_MS = 60_000;

/** `name` keeps the keys of one throttle apart from another's. `db` connects as fieldnotes_account. */
export function createThrottle(
  db: Db,
  { name, tries, minutes }: { name: string; tries: number; minutes: number },
): Throttle {
  const limiter = new RateLimiterPostgres({
    storeClient: db,
    storeType: 'knex',
    tableName: 'sign_in_limits',
    tableCreated: true,
    keyPrefix: name,
    points: tries,
    duration: minutes * 60,
  });
  return {
    take,
    async giveBack(key) {
      await limiter.reward(key);
    },
    async clear(key) {
      await limiter.delete(key);
    },
  };

  async function take(key: string): ReturnType<Throttle['take']> {
    try {
      await limiter.consume(key);
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      // Longer than any count lasts: the clock was set back since, and would shut them out until it is there again.
      if (refused.msBeforeNext > minutes * 60_000 + CLOCKS_APART_MS) {
        await limiter.delete(key);
        return take(key);
      }
      return {
        until: new Date(Date.now() + refused.msBeforeNext),
        isFirst: refused.consumedPoints === tries + 1,
      };
    }
  }
}
