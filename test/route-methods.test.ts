import { beforeAll, describe, expect, test } from '@jest/globals';
import express, { Router } from 'express';
import { BrowserSession } from './support/browser-session.ts';
import { aFullStudy, aPerson } from './support/builders.ts';
import { fill, type Ids, oneOfEach } from './support/one-of-each.ts';
import { EVERYBODY, TABLE, type Who } from './support/route-table.ts';
import { routesOf } from './support/routes.ts';
import { useTestApp } from './support/test-app.ts';

// What test/routes.test.ts tries by the methods that a route has is tried here by those that it has not, and by HEAD.

const t = useTestApp();
const sessions = {} as Record<Who, BrowserSession>;
let ids: Ids;

beforeAll(async () => {
  const ours = await aFullStudy(t.owner);
  const theirs = await aFullStudy(t.owner);
  const people = {
    stranger: await aPerson(t.owner),
    administrator: await aPerson(t.owner, { isAdministrator: true }),
    lead: ours.lead,
    researcher: ours.researcher,
    staff: ours.staff,
    elsewhere: theirs.lead,
  };
  // After the administrator, who has sent an import.
  ids = await oneOfEach(t, ours);
  sessions.visitor = new BrowserSession(t.app);
  for (const [who, person] of Object.entries(people)) sessions[who as Who] = await BrowserSession.as(t.app, person);
}, 60_000);

const rows = Object.entries(TABLE).map(([route, allowed]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, allowed };
});
const paths = [...new Set(rows.map(({ path }) => path))];

describe('HEAD', () => {
  // A stream has no end, and nothing of one is sent to HEAD.
  const pages = rows.filter(({ method, path }) => method === 'GET' && !path.endsWith('/live'));
  test.each(pages)('$path · lets in whom GET lets in, and nobody else', async ({ path, allowed }) => {
    const outcomes: Record<string, string> = {};
    for (const who of EVERYBODY) {
      const { status, headers, text } = await sessions[who].agent
        .head(fill(path, ids))
        .set('Accept', 'text/html')
        .redirects(0);
      expect([who, text ?? '']).toEqual([who, '']);
      const isAsked = status === 303 && headers.location === '/sign-in';
      outcomes[who] = isAsked ? 'sign in' : status === 404 ? 'not found' : status < 500 ? 'let in' : `${status}`;
    }
    const expected = EVERYBODY.map((who) => [
      who,
      allowed.includes(who) ? 'let in' : who === 'visitor' ? 'sign in' : 'not found',
    ]);
    expect(outcomes).toEqual(Object.fromEntries(expected));
  });
});

describe('methods that a route has not', () => {
  test.each(paths)('%s · answers 404 to each of them, from the lead, with a token', async (path) => {
    const token = await sessions.lead.token();
    for (const method of ['post', 'put', 'patch', 'delete'] as const) {
      if (TABLE[`${method.toUpperCase()} ${path}`]) continue;
      // Where another route answers to this very address, that one is tried in test/routes.test.ts.
      const answered = rows.some((row) => row.method === method.toUpperCase() && fits(row.path, path));
      if (answered) continue;
      const answer = await sessions.lead.agent[method](fill(path, ids))
        .set('x-csrf-token', token)
        .set('Accept', 'text/html')
        .send({});
      expect([method, answer.status]).toEqual([method, 404]);
    }
  });

  test('another method named in a header or a field changes nothing', async () => {
    const token = await sessions.lead.token();
    const answer = await sessions.lead.agent
      .get(`/studies/${ids.study}/notes/${ids.note}?_method=DELETE`)
      .set('x-http-method-override', 'DELETE')
      .set('x-csrf-token', token);
    expect(answer.status).toBe(200);
    expect((await t.owner('notes').where({ id: ids.note }).first()).removed_at).toBeNull();
  });
});

describe('the list of routes', () => {
  test('has every route, however deep it is mounted, so that one without a row is missed', () => {
    const app = express();
    const inner = Router().delete('/studies/:study/everything', () => {});
    app.use(Router().use(inner));
    app.all('/anything', () => {});
    expect(routesOf(app)).toEqual(expect.arrayContaining(['DELETE /studies/:study/everything']));
    expect(routesOf(app).some((route) => route.endsWith('/anything'))).toBe(true);
  });

  test('misses nothing that answers under a path of its own · but for the assets', () => {
    type Layer = { slash?: boolean; route?: object };
    const mounted = (t.app as unknown as { router: { stack: Layer[] } }).router.stack.filter(
      ({ route, slash }) => !route && slash === false,
    );
    // The hashed assets and the static ones.
    expect(mounted).toHaveLength(2);
  });
});

// Whether `concrete` (which may have parameters of its own) could be an address of `pattern`.
function fits(pattern: string, concrete: string): boolean {
  const [one, two] = [pattern.split('/'), concrete.split('/')];
  return one.length === two.length && one.every((part, index) => part.startsWith(':') || part === two[index]);
}
