import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Test } from 'supertest';
import { newId } from '../server/shared/ids.ts';
import { BrowserSession } from './support/browser-session.ts';
import { aFullStudy, aPerson } from './support/builders.ts';
import { fill, oneOfEach } from './support/one-of-each.ts';
import { EVERYBODY, MEMBERS, TABLE, type Who } from './support/route-table.ts';
import { routesOf } from './support/routes.ts';
import { useTestApp } from './support/test-app.ts';

// For whoever is not signed in yet, or no longer wants to be. What they do is tried in test/accounts.
const OPEN = [
  'POST /account/sessions/removal',
  'POST /sign-out',
  'GET /health',
  'GET /invitations/:token',
  'GET /password-resets/:token',
  'GET /password-resets/new',
  'GET /password-resets/sent',
  'GET /ready',
  'GET /set-up/:token',
  'GET /sign-in',
  'GET /sign-in/second-step',
  'GET /sign-in/single-sign-on',
  'GET /sign-in/single-sign-on/end',
  'GET /sign-in/single-sign-on/left',
  'GET /sign-in/single-sign-on/return',
  'GET /sign-in-links/:token',
  'POST /invitations/:token',
  'POST /password-resets',
  'POST /password-resets/:token',
  'POST /set-up/:token',
  'POST /sign-in',
  'POST /sign-in/passkey',
  'POST /sign-in/passkey/challenge',
  'POST /sign-in/second-step',
  'POST /sign-in/second-step/passkey',
  'POST /sign-in/second-step/passkey/challenge',
  'POST /sign-in-links/:token',
];

const t = useTestApp();
let ours: Awaited<ReturnType<typeof aFullStudy>>;
let theirs: Awaited<ReturnType<typeof aFullStudy>>;
const sessions = {} as Record<Who, BrowserSession>;

const people = {} as Record<Exclude<Who, 'visitor'>, { email: string; password: string }>;

beforeAll(async () => {
  ours = await aFullStudy(t.owner);
  theirs = await aFullStudy(t.owner);
  Object.assign(people, {
    stranger: await aPerson(t.owner),
    administrator: await aPerson(t.owner, { isAdministrator: true }),
    lead: ours.lead,
    researcher: ours.researcher,
    staff: ours.staff,
    elsewhere: theirs.lead,
  });
  await signEverybodyIn();
});

async function signEverybodyIn(): Promise<void> {
  sessions.visitor = new BrowserSession(t.app);
  for (const [who, person] of Object.entries(people)) sessions[who as Who] = await BrowserSession.as(t.app, person);
}

// Enough for most forms to be read, so that what is refused is refused for its ids.
const FIELDS = { version: '1', base: '1', title: 'Title', body: 'Words', token: 'A'.repeat(43) };

const hangUp: Parameters<Test['parse']>[0] = (answer, done) => {
  (answer as unknown as IncomingMessage).destroy();
  done(null, '');
};

/** What the request came to: let in, asked to sign in, or told that there is no such page. */
async function ask(who: Who, method: string, path: string): Promise<string> {
  const session = sessions[who];
  // A visitor has a token too, from the sign-in page: what keeps them out must be the guard.
  const token = method === 'GET' ? '' : await session.token(who === 'visitor' ? '/sign-in' : '/account');
  const request = session.agent[method.toLowerCase() as 'get'](path).set('Accept', 'text/html').redirects(0);
  if (method !== 'GET') {
    void request.set('x-csrf-token', token);
    void request.type('form').send({ ...FIELDS, id: newId() });
  }
  // A stream of events does not end by itself.
  if (path.endsWith('/live')) void request.buffer(true).parse(hangUp);
  const { status, headers } = await request;
  if (status === 303 && headers.location === '/sign-in') return 'sign in';
  if (status === 404) return 'not found';
  if (status >= 500 || status === 403) return `${status}`;
  return 'let in';
}

test('the table has a row for every route, and no row without one', () => {
  expect([...Object.keys(TABLE), ...OPEN].toSorted()).toEqual(routesOf(t.app));
});

const rows = Object.entries(TABLE).map(([route, allowed]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, allowed };
});

describe('for everybody', () => {
  afterAll(signEverybodyIn);
  test.each(OPEN)('%s · fails nobody, with a link that there is not', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    for (const who of ['visitor', 'stranger'] as const) {
      await signEverybodyIn();
      const outcome = await ask(who, method, fill(path, { token: newId() }));
      expect([who, ['let in', 'not found', 'sign in'].includes(outcome), outcome]).toEqual([who, true, outcome]);
    }
  });
});

describe('with ids of one’s own study', () => {
  test.each(rows)('$route · lets in those of its row and nobody else', async ({ method, path, allowed }) => {
    const ids = await oneOfEach(t, ours);
    const outcomes: Record<string, string> = {};
    // Those who may come last: before them nothing may have changed.
    for (const who of EVERYBODY.toSorted((a, b) => Number(allowed.includes(a)) - Number(allowed.includes(b)))) {
      const mine = allowed.includes(who) && method !== 'GET' ? await oneOfEach(t, ours) : ids;
      outcomes[who] = await ask(who, method, fill(path, mine));
    }
    const expected = EVERYBODY.map((who) => [
      who,
      allowed.includes(who) ? 'let in' : who === 'visitor' ? 'sign in' : 'not found',
    ]);
    expect(outcomes).toEqual(Object.fromEntries(expected));
  });
});

const inStudies = rows.filter(({ path }) => path.startsWith('/studies/:study'));

describe('with ids of another study', () => {
  test.each(inStudies)('$route · answers 404 · when the study is theirs', async ({ method, path }) => {
    const ids = { ...(await oneOfEach(t, ours)), study: theirs.study.id };
    for (const who of MEMBERS) expect([who, await ask(who, method, fill(path, ids))]).toEqual([who, 'not found']);
  });

  const pointing = inStudies.filter(({ path }) => /:(?!study\b|number\b|picture\b)/.test(path));
  test.each(pointing)('$route · answers 404 · when one id in it is theirs', async ({ method, path, allowed }) => {
    const foreign = await oneOfEach(t, theirs);
    const names = [...path.matchAll(/:(\w+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !['study', 'number', 'picture'].includes(name));
    for (const name of names) {
      const ids = { ...(await oneOfEach(t, ours)), [name]: foreign[name]! };
      for (const who of allowed)
        expect([who, name, await ask(who, method, fill(path, ids))]).toEqual([who, name, 'not found']);
    }
  });

  test.each(pointing)('$route · answers 404 · when an id in it is none', async ({ method, path, allowed }) => {
    const ids = { ...(await oneOfEach(t, ours)) };
    for (const name of Object.keys(ids)) if (name !== 'study') ids[name] = 'not-an-id';
    for (const who of allowed) expect([who, await ask(who, method, fill(path, ids))]).toEqual([who, 'not found']);
  });
});
