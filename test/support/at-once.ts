import type { Knex } from 'knex';
import type { Response } from 'supertest';
import type { BrowserSession } from './browser-session.ts';
import { until } from './until.ts';

/** Sends a form from several browsers at the same moment: every one has opened the page `from` before any sends. */
export async function postAtOnce(
  visitors: BrowserSession[],
  path: string,
  fields: (index: number) => Record<string, string>,
  from = path,
): Promise<Response[]> {
  const tokens = await Promise.all(visitors.map((visitor) => visitor.token(from)));
  return Promise.all(
    visitors.map(({ agent }, index) =>
      agent
        .post(path)
        .set('Accept', 'text/html')
        .type('form')
        .send({ _csrf: tokens[index], ...fields(index) }),
    ),
  );
}

/**
 * Sends `send`'s requests while a transaction of the test's own holds what `lock` takes, and lets go only when all of
 * them wait for it: a race that happens every time.
 */
export async function raceFor(
  owner: Knex,
  lock: (trx: Knex.Transaction) => Promise<unknown>,
  send: () => PromiseLike<Response>[],
): Promise<Response[]> {
  const answers = await owner.transaction(async (trx) => {
    await lock(trx);
    // then() sends: supertest does nothing before.
    const sent = send().map((request) => request.then((answer) => answer));
    await until(async () => (await waiting(owner)) >= sent.length);
    return { sent };
  });
  return Promise.all(answers.sent);
}

async function waiting(owner: Knex): Promise<number> {
  const { rows } = await owner.raw<{ rows: { count: string }[] }>(
    `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return Number(rows[0]?.count);
}
