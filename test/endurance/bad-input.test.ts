import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aPerson } from '../support/builders.ts';
import { fieldsByRoute } from '../support/fields-of-routes.ts';
import { fill, type Ids, oneOfEach } from '../support/one-of-each.ts';
import { createChance } from '../support/random.ts';
import { EVERYBODY, type Who } from '../support/route-table.ts';
import { routesOf } from '../support/routes.ts';
import { useTestApp } from '../support/test-app.ts';
import { badRequest, type BadRequest } from './bad-requests.ts';
import { sendBad } from './send-bad.ts';

// Generated requests, nearly all of them wrong: each route, each field that it takes, from each kind of person. None may end
// the program, answer 500, say anything of the program's inside, or touch another study.

const REQUESTS = Number(process.env.BAD_REQUESTS ?? 24_000);
const AT_ONCE = 6;
// Words of the database and of the program that no answer may have.
const INSIDE =
  /\n\s+at \S+ \(|node_modules|node:internal|syntax error at or near|violates (?:check|foreign|unique|row)|invalid input syntax|relation "|duplicate key|\bSQLSTATE\b|TypeError|RangeError|\bselect .* from \w+ where\b/;

const t = useTestApp({ LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent' });
const chance = createChance();
let server: Server;
let port: number;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  server = createServer({ maxHeaderSize: 128 * 1024 }, t.app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  process.on('unhandledRejection', note).on('uncaughtException', note);
});

afterAll(() => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  server.closeAllConnections();
  server.close();
});

/** What every table holds of a study, as one hash a table. */
async function held(study: string): Promise<Record<string, string>> {
  const { rows: tables } = await t.owner.raw<{ rows: { name: string }[] }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'study_id' order by 1`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await t.owner.raw<{ rows: { row: string }[] }>(
      `select row::text as row from ${name} as row where study_id = ? order by 1`,
      [study],
    );
    found[name] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }
  return found;
}

test(`${REQUESTS} bad requests · fail nobody and touch nothing of another study · seed ${chance.seed}`, async () => {
  const ours = await aFullStudy(t.owner);
  const theirs = await aFullStudy(t.owner);
  const foreign = await oneOfEach(t, theirs);
  const mine: Ids = await oneOfEach(t, ours);
  const people: Partial<Record<Who, { email: string; password: string }>> = {
    stranger: await aPerson(t.owner),
    administrator: await aPerson(t.owner, { isAdministrator: true }),
    lead: ours.lead,
    researcher: ours.researcher,
    staff: ours.staff,
  };
  // `elsewhere` leads the other study, and would rightly change it: that study is left alone here.
  const asking = EVERYBODY.filter((who) => who === 'visitor' || people[who]);
  const before = await held(theirs.study.id);
  const routes = routesOf(t.app).filter((route) => !route.endsWith('/live'));
  const lead = await BrowserSession.as(t.app, ours.lead);
  const fields = await fieldsByRoute(lead, mine, routes);

  const doors = new Map<Who, { cookie: string; token: string }>();
  const openDoor = async (who: Who): Promise<{ cookie: string; token: string }> => {
    const person = people[who];
    // What signs out, disables or renames somebody is among what is sent: they come back.
    if (person) {
      await t.owner('people').where({ email: person.email }).update({ disabled_at: null, disabled_by: null });
      await t.owner('sign_in_limits').delete();
    }
    const session = person ? await BrowserSession.as(t.app, person) : new BrowserSession(t.app);
    const token = await session.token(person ? '/account' : '/sign-in');
    return { cookie: session.cookies(), token };
  };
  for (const who of asking) doors.set(who, await openDoor(who));

  const counts: Record<string, number> = {};
  const faults: object[] = [];
  let sent = 0;
  async function ask(): Promise<void> {
    while (sent < REQUESTS && faults.length < 20) {
      // Each route in turn, so that none is left to chance; everything else is.
      const route = routes[sent % routes.length]!;
      const who = asking[Math.floor(sent / routes.length) % asking.length]!;
      sent += 1;
      const [method = '', path = ''] = route.split(' ');
      const ids = chance.percent(10) ? { ...mine, ...somethingForeign(foreign) } : mine;
      const request = badRequest(chance, { method, address: fill(path, ids), fields: fields.get(route) ?? [], ids });
      const door = doors.get(who)!;
      const answer = await sendBad(port, request, door);
      counts[answer.status] = (counts[answer.status] ?? 0) + 1;
      const tells = INSIDE.exec(answer.body)?.[0];
      if (answer.status >= 500 || answer.status === 0 || tells !== undefined)
        faults.push({ who, route, status: answer.status, tells, ...shown(request) });
      if (answer.status === 303 && answer.location === '/sign-in' && who !== 'visitor' && faults.length < 20)
        doors.set(who, await openDoor(who).catch(() => door));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask));

  expect({ seed: chance.seed, faults }).toEqual({ seed: chance.seed, faults: [] });
  expect(unhandled).toEqual([]);
  expect(await held(theirs.study.id)).toEqual(before);
  // Bad as they were, they came as far as the forms: many were refused there, and some were even taken.
  expect(counts['422'] ?? 0).toBeGreaterThan(REQUESTS / 50);
  expect(counts['200'] ?? 0).toBeGreaterThan(REQUESTS / 50);
  const alive = await fetch(`http://127.0.0.1:${port}/ready`);
  expect(alive.status).toBe(200);
}, 1_800_000);

function somethingForeign(foreign: Ids): Ids {
  const names = Object.keys(foreign).filter((name) => !['number', 'picture', 'token'].includes(name));
  const name = chance.one(names);
  return { [name]: foreign[name]! };
}

function shown({ method, address, headers, body }: BadRequest): object {
  return { method, address: address.slice(0, 400), headers, body: body?.toString('latin1').slice(0, 600) };
}
