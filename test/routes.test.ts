import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../server/shared/ids.ts';
import { BrowserSession } from './support/browser-session.ts';
import { aFullStudy, aPerson } from './support/builders.ts';
import { fill, oneOfEach } from './support/one-of-each.ts';
import { routesOf } from './support/routes.ts';
import { useTestApp } from './support/test-app.ts';

// What each of seven people may do. `stranger` is signed in and a member of nothing; `elsewhere` leads another study.
// A route without a row here fails; so does a row without a route.
const EVERYBODY = ['visitor', 'stranger', 'administrator', 'lead', 'researcher', 'staff', 'elsewhere'] as const;
type Who = (typeof EVERYBODY)[number];
const SIGNED_IN = EVERYBODY.filter((who) => who !== 'visitor');
const TEAM: Who[] = ['lead', 'researcher'];
const LEAD: Who[] = ['lead'];
const STAFF: Who[] = ['staff'];
const MEMBERS: Who[] = ['lead', 'researcher', 'staff'];
const ADMINISTRATOR: Who[] = ['administrator'];

const TABLE: Record<string, readonly Who[]> = {
  'GET /': SIGNED_IN,
  'GET /account': SIGNED_IN,
  'GET /people': ADMINISTRATOR,
  'GET /people/:person/password-reset': ADMINISTRATOR,
  'GET /studies/:study': MEMBERS,
  'GET /studies/:study/agencies': TEAM,
  'GET /studies/:study/agencies/:agency': TEAM,
  'GET /studies/:study/agencies/:agency/edit': LEAD,
  'GET /studies/:study/agencies/:agency/participants/new': TEAM,
  'GET /studies/:study/agencies/:agency/summaries': LEAD,
  'GET /studies/:study/agencies/:agency/summaries/new': LEAD,
  'GET /studies/:study/agencies/new': LEAD,
  'GET /studies/:study/exports': TEAM,
  'GET /studies/:study/exports/:export': TEAM,
  'GET /studies/:study/exports/:export/file': TEAM,
  'GET /studies/:study/extracts': TEAM,
  'GET /studies/:study/invitations/new': LEAD,
  'GET /studies/:study/members': LEAD,
  'GET /studies/:study/members/:member/edit': LEAD,
  'GET /studies/:study/members/:member/password-reset': LEAD,
  'GET /studies/:study/notes': TEAM,
  'GET /studies/:study/notes/:note': TEAM,
  'GET /studies/:study/notes/:note/attachments': TEAM,
  'GET /studies/:study/notes/:note/attachments/:attachment': TEAM,
  'GET /studies/:study/notes/:note/coding': TEAM,
  'GET /studies/:study/notes/:note/comparison': TEAM,
  'GET /studies/:study/notes/:note/edit': TEAM,
  'GET /studies/:study/notes/:note/revisions': TEAM,
  'GET /studies/:study/notes/:note/revisions/:number': TEAM,
  'GET /studies/:study/participants/:participant/edit': TEAM,
  'GET /studies/:study/phases/:phase/edit': LEAD,
  'GET /studies/:study/phases/new': LEAD,
  'GET /studies/:study/publications/:publication': STAFF,
  'GET /studies/:study/queries': TEAM,
  'GET /studies/:study/queries/:query': TEAM,
  'GET /studies/:study/queries/:query/edit': TEAM,
  'GET /studies/:study/queries/new': TEAM,
  'GET /studies/:study/queries/results': TEAM,
  'GET /studies/:study/queries/results/file': TEAM,
  'GET /studies/:study/search': TEAM,
  'GET /studies/:study/summaries': LEAD,
  'GET /studies/:study/summaries/:summary': LEAD,
  'GET /studies/:study/summaries/:summary/edit': LEAD,
  'GET /studies/:study/themes': TEAM,
  'GET /studies/:study/themes/:theme': TEAM,
  'GET /studies/:study/themes/:theme/edit': TEAM,
  'GET /studies/:study/themes/colours.css': TEAM,
  'GET /studies/:study/themes/new': TEAM,
  'GET /studies/:study/visits': TEAM,
  'GET /studies/:study/visits/:visit': TEAM,
  'GET /studies/:study/visits/:visit/edit': TEAM,
  'GET /studies/:study/visits/new': TEAM,
  'GET /studies/new': ADMINISTRATOR,
  'POST /account/email': SIGNED_IN,
  'POST /account/name': SIGNED_IN,
  'POST /account/password': SIGNED_IN,
  'POST /people/:person/password-reset': ADMINISTRATOR,
  'POST /people/:person/removal': ADMINISTRATOR,
  'POST /people/:person/restoration': ADMINISTRATOR,
  'POST /studies': ADMINISTRATOR,
  'POST /studies/:study/agencies': LEAD,
  'POST /studies/:study/agencies/:agency': LEAD,
  'POST /studies/:study/agencies/:agency/participants': TEAM,
  'POST /studies/:study/agencies/:agency/summaries': LEAD,
  'POST /studies/:study/codings/:coding/removal': TEAM,
  'POST /studies/:study/codings/:coding/restoration': TEAM,
  'POST /studies/:study/exports': TEAM,
  'POST /studies/:study/invitations': LEAD,
  'POST /studies/:study/invitations/:invitation/removal': LEAD,
  'POST /studies/:study/invitations/:invitation/restoration': LEAD,
  'POST /studies/:study/members/:member': LEAD,
  'POST /studies/:study/members/:member/password-reset': LEAD,
  'POST /studies/:study/members/:member/removal': LEAD,
  'POST /studies/:study/members/:member/restoration': LEAD,
  'POST /studies/:study/notes/:note/attachments': TEAM,
  'POST /studies/:study/notes/:note/attachments/:attachment/removal': TEAM,
  'POST /studies/:study/notes/:note/attachments/:attachment/restoration': TEAM,
  'POST /studies/:study/notes/:note/codings': TEAM,
  'POST /studies/:study/notes/:note/completion': TEAM,
  'POST /studies/:study/notes/:note/completion/removal': TEAM,
  'POST /studies/:study/notes/:note/draft/removal': TEAM,
  'POST /studies/:study/notes/:note/draft/restoration': TEAM,
  'POST /studies/:study/notes/:note/removal': TEAM,
  'POST /studies/:study/notes/:note/restoration': TEAM,
  'POST /studies/:study/notes/:note/revisions': TEAM,
  'POST /studies/:study/notes/:note/revisions/:number/restoration': TEAM,
  'POST /studies/:study/participants/:participant': TEAM,
  'POST /studies/:study/participants/:participant/removal': TEAM,
  'POST /studies/:study/participants/:participant/restoration': TEAM,
  'POST /studies/:study/phases': LEAD,
  'POST /studies/:study/phases/:phase': LEAD,
  'POST /studies/:study/queries': TEAM,
  'POST /studies/:study/queries/:query': TEAM,
  'POST /studies/:study/queries/:query/removal': TEAM,
  'POST /studies/:study/queries/:query/restoration': TEAM,
  'POST /studies/:study/search/codings': TEAM,
  'POST /studies/:study/summaries/:summary': LEAD,
  'POST /studies/:study/summaries/:summary/publication': LEAD,
  'POST /studies/:study/summaries/:summary/removal': LEAD,
  'POST /studies/:study/summaries/:summary/restoration': LEAD,
  'POST /studies/:study/summaries/:summary/withdrawal': LEAD,
  'POST /studies/:study/themes': TEAM,
  'POST /studies/:study/themes/:theme': TEAM,
  'POST /studies/:study/themes/:theme/position': TEAM,
  'POST /studies/:study/themes/:theme/removal': TEAM,
  'POST /studies/:study/themes/:theme/restoration': TEAM,
  'POST /studies/:study/visits': TEAM,
  'POST /studies/:study/visits/:visit': TEAM,
  'POST /studies/:study/visits/:visit/notes': TEAM,
  'POST /studies/:study/visits/:visit/removal': TEAM,
  'POST /studies/:study/visits/:visit/restoration': TEAM,
  'PUT /studies/:study/notes/:note/draft': TEAM,
};

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
  'GET /sign-in-links/:token',
  'POST /invitations/:token',
  'POST /password-resets',
  'POST /password-resets/:token',
  'POST /set-up/:token',
  'POST /sign-in',
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

  const pointing = inStudies.filter(({ path }) => /:(?!study\b|number\b)/.test(path));
  test.each(pointing)('$route · answers 404 · when one id in it is theirs', async ({ method, path, allowed }) => {
    const foreign = await oneOfEach(t, theirs);
    const names = [...path.matchAll(/:(\w+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !['study', 'number'].includes(name));
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
