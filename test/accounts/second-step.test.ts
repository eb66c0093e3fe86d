import { describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aPerson, type BuiltPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const HALF_MINUTE = 30_000;

type Step = { codeAt: (halfMinutes: number) => string; recovery: string[] };

/** Sets an app up as the page says: reads the letters, types the code. */
async function setUp(session: BrowserSession, person: BuiltPerson): Promise<Step> {
  const $ = await session.page('/account/second-step/app');
  const secret = Secret.fromBase32($('code').text().replaceAll(' ', ''));
  const totp = new TOTP({ secret });
  const codeAt = (halfMinutes: number) => totp.generate({ timestamp: Date.now() + halfMinutes * HALF_MINUTE });
  const answer = await session.post('/account/second-step/app', {
    sealed: $('input[name="sealed"]').attr('value')!,
    code: codeAt(-1),
    password: person.password,
  });
  expect(answer.status).toBe(201);
  const recovery = [...answer.text.matchAll(/<code class="app-code">([^<]+)</g)].map(([, code]) => code!);
  expect(recovery).toHaveLength(10);
  return { codeAt, recovery };
}

async function begin(person: BuiltPerson): Promise<BrowserSession> {
  const session = new BrowserSession(t.app);
  const answer = await session.post('/sign-in', { email: person.email, password: person.password }, '/sign-in');
  expect(answer.headers.location).toBe('/sign-in/second-step');
  return session;
}

const give = (session: BrowserSession, code: string) =>
  session.post('/sign-in/second-step', { code }, '/sign-in/second-step');

describe('second step at sign-in', () => {
  test('POST /sign-in · lets nobody in by the password alone · when a second step is set up', async () => {
    const person = await aPerson(t.owner);
    const step = await setUp(await BrowserSession.as(t.app, person), person);
    const session = await begin(person);
    expect((await session.get('/account')).headers.location).toBe('/sign-in');
    expect((await give(session, '000000')).status).toBe(422);
    expect((await give(session, step.codeAt(0))).status).toBe(303);
    expect((await session.get('/account')).status).toBe(200);
  });

  test('POST /sign-in/second-step · takes a code once only · from the app and from the recovery codes', async () => {
    const person = await aPerson(t.owner);
    const step = await setUp(await BrowserSession.as(t.app, person), person);
    // The one that the app was set up with has been used by that.
    expect((await give(await begin(person), step.codeAt(-1))).text).toContain('has been used already');
    const code = step.codeAt(0);
    const [first, second] = [await begin(person), await begin(person)];
    const answers = await Promise.all([give(first, code), give(second, code)]);
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([303, 422]);
    expect((await give(await begin(person), step.recovery[0]!)).status).toBe(303);
    expect((await give(await begin(person), step.recovery[0]!)).status).toBe(422);
    expect((await give(await begin(person), step.recovery[1]!.toUpperCase().replaceAll('-', ' '))).status).toBe(303);
  });

  test('POST /sign-in/second-step · refuses after ten wrong codes · even the right one', async () => {
    const person = await aPerson(t.owner);
    const step = await setUp(await BrowserSession.as(t.app, person), person);
    const session = await begin(person);
    for (let time = 0; time < 10; time += 1) await give(session, '123');
    expect((await give(session, step.codeAt(0))).text).toContain('too many tries');
  });

  test('the secret and the codes · are in the database only sealed and hashed', async () => {
    const person = await aPerson(t.owner);
    const step = await setUp(await BrowserSession.as(t.app, person), person);
    const kept = JSON.stringify(await t.owner('recovery_codes').where({ person_id: person.id }));
    for (const code of step.recovery) expect(kept).not.toContain(code.replaceAll('-', ''));
    expect(kept).toContain('$argon2id$');
  });

  test('a sign-in link and a new password · do not skip it', async () => {
    const person = await aPerson(t.owner);
    await setUp(await BrowserSession.as(t.app, person), person);
    const { createSignInLink } = await import('../../server/accounts/sign-in-link-service.ts');
    const link = new URL(await createSignInLink(t.database.db, 'http://notes.example', person.email));
    const visitor = new BrowserSession(t.app);
    expect((await visitor.post(link.pathname, {}, link.pathname)).headers.location).toBe('/sign-in/second-step');
    expect((await visitor.get('/account')).headers.location).toBe('/sign-in');
  });

  test('POST /account/second-step/app/removal · asks for the password and a code', async () => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    const { recovery } = await setUp(session, person);
    const off = (fields: Record<string, string>) => session.post('/account/second-step/app/removal', fields);
    expect((await off({ password: 'wrong', code: recovery[0]! })).status).toBe(422);
    expect((await off({ password: person.password, code: '111111' })).status).toBe(422);
    expect((await off({ password: person.password, code: recovery[0]! })).status).toBe(303);
    expect((await BrowserSession.as(t.app, person).then((one) => one.get('/account'))).status).toBe(200);
  });
});

describe('a study that asks its team for a second step', () => {
  test('every page of the study · leads a researcher to setting it up first, and leaves agency staff alone', async () => {
    const { study, lead, researcher, staff } = await aFullStudy(t.owner);
    const leading = await BrowserSession.as(t.app, lead);
    const rule = () => leading.post(`${study.path}/second-step-rule`, { secondStep: 'on' });
    const early = await rule();
    expect(early.status).toBe(409);
    expect(early.text).toContain('Set up a second step for yourself first');
    // Nobody did: only what is so is said.
    expect(early.text).not.toContain('Somebody else');
    await setUp(leading, lead);
    expect((await rule()).status).toBe(303);
    const session = await BrowserSession.as(t.app, researcher);
    for (const page of ['', '/notes', '/extracts']) {
      const answer = await session.get(`${study.path}${page}`);
      expect(answer.headers.location).toBe('/account/second-step?required');
    }
    const json = await session.agent.get(`${study.path}/notes`).set('Accept', 'application/json');
    expect(json.status).toBe(403);
    await setUp(session, researcher);
    expect((await session.get(`${study.path}/notes`)).status).toBe(200);
    expect((await BrowserSession.as(t.app, staff).then((one) => one.get(study.path))).status).toBe(200);
  });

  test("POST …/second-step/removal · takes a member's away and signs them out, not one's own", async () => {
    const { study, lead, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    await setUp(session, researcher);
    const leading = await BrowserSession.as(t.app, lead);
    const path = `${study.path}/members/${researcher.membershipId}/second-step`;
    expect((await leading.get(path)).text).toContain('Take the second step away');
    expect((await leading.post(`${path}/removal`)).status).toBe(303);
    expect((await session.get('/account')).headers.location).toBe('/sign-in');
    await BrowserSession.as(t.app, researcher);
    const own = await leading.post(`${study.path}/members/${lead.membershipId}/second-step/removal`);
    expect(own.status).toBeGreaterThanOrEqual(400);
    expect(await t.owner('events').where({ kind: 'second-step.reset', subject_id: researcher.id })).toHaveLength(1);
  });
});
