import { describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { aPerson, type BuiltPerson } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

// Behind one proxy, so that a test can come from several addresses.
const t = useTestApp({ TRUST_PROXY: '1' });

let lastAddress = 0;
const anAddress = (): string => `198.51.100.${(lastAddress += 1)}`;

async function signIn(
  visitor: BrowserSession,
  fields: { email: string; password: string },
  address: string,
): Promise<Response> {
  const _csrf = await visitor.token('/sign-in');
  const request = visitor.agent.post('/sign-in').set('X-Forwarded-For', address).set('Accept', 'text/html');
  return request.type('form').send({ _csrf, ...fields });
}

/** Wrong passwords for the person, one after the other from one new browser, until `times` are made. */
async function guess(person: BuiltPerson, times: number, address: string): Promise<number[]> {
  const attacker = new BrowserSession(t.app);
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1)
    statuses.push((await signIn(attacker, { email: person.email, password: `wrong-${time}` }, address)).status);
  return statuses;
}

describe('signing in', () => {
  test('POST /sign-in · gives the session a new id and records it · when the password is right', async () => {
    const person = await aPerson(t.owner);
    const visitor = new BrowserSession(t.app);
    const before = cookieOf(await visitor.get('/sign-in'), 'fieldnotes-0');
    const answer = await signIn(
      visitor,
      { email: ` ${person.email.toUpperCase()} `, password: person.password },
      anAddress(),
    );
    expect(answer.status).toBe(303);
    expect(before).toBeDefined();
    expect(cookieOf(answer, 'fieldnotes-0')).not.toBe(before);
    expect(await t.owner('sessions').where({ sid: sidOf(before!) })).toEqual([]);
    expect(await t.owner('events').where({ person_id: person.id, kind: 'person.signed-in' })).toHaveLength(1);
  });

  test('POST /sign-in · answers 422 with the same words and keeps the address · for a wrong password and for an unknown person', async () => {
    const person = await aPerson(t.owner);
    const texts: string[] = [];
    for (const email of [person.email, 'nobody@example.org']) {
      const answer = await signIn(new BrowserSession(t.app), { email, password: 'not the password' }, anAddress());
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(`value="${email}"`);
      expect(answer.text).not.toContain('not the password');
      texts.push(/There is a problem[\s\S]*?<\/ul>/.exec(answer.text)![0]);
    }
    expect(texts[0]).toBe(texts[1]);
  });

  test('POST /sign-in · answers 422 · for a disabled person, an address with a NUL, and no fields at all', async () => {
    const person = await aPerson(t.owner);
    await t.owner('people').where({ id: person.id }).update({ disabled_at: new Date() });
    const visitor = new BrowserSession(t.app);
    for (const fields of [person, { email: 'a\u0000b@example.org', password: 'x' }, { email: '', password: '' }])
      expect((await signIn(visitor, { email: fields.email, password: fields.password }, anAddress())).status).toBe(422);
  });

  test('POST /sign-in · answers 403 and signs nobody in · without the CSRF token', async () => {
    const person = await aPerson(t.owner);
    const visitor = new BrowserSession(t.app);
    await visitor.get('/sign-in');
    const answer = await visitor.agent
      .post('/sign-in')
      .set('Accept', 'text/html')
      .type('form')
      .send({ email: person.email, password: person.password });
    expect(answer.status).toBe(403);
    expect((await visitor.get('/account')).status).toBe(303);
  });

  test('POST /sign-in · returns to the page that was asked for · and never to another site', async () => {
    const person = await aPerson(t.owner);
    const visitor = new BrowserSession(t.app);
    expect((await visitor.get('/account?from=elsewhere')).headers.location).toBe('/sign-in');
    const asStyles = visitor.agent.get('/account?as=style').set('Sec-Fetch-Dest', 'style');
    expect((await asStyles).status).toBe(303);
    expect((await signIn(visitor, person, anAddress())).headers.location).toBe('/account?from=elsewhere');
  });

  test('POST /sign-out · ends this session and no other', async () => {
    const person = await aPerson(t.owner);
    const [here, there] = [await BrowserSession.as(t.app, person), await BrowserSession.as(t.app, person)];
    expect((await here.post('/sign-out')).status).toBe(303);
    expect((await here.get('/account')).status).toBe(303);
    expect((await there.get('/account')).status).toBe(200);
    expect(await t.owner('events').where({ person_id: person.id, kind: 'person.signed-out' })).toHaveLength(1);
  });
});

describe('too many tries', () => {
  test('POST /sign-in · answers 429 with when to try again and the way to a new password · after ten failures from one address', async () => {
    const person = await aPerson(t.owner);
    const address = anAddress();
    expect(await guess(person, 11, address)).toEqual([...Array<number>(10).fill(422), 429]);
    const answer = await signIn(new BrowserSession(t.app), person, address);
    expect(answer.status).toBe(429);
    expect(answer.text).toMatch(/Try again at \d\d:\d\d/);
    expect(answer.text).toContain('href="/password-resets/new"');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await t.owner('events').where({ kind: 'person.sign-in-throttled' })).toHaveLength(1);
  });

  test('POST /sign-in · lets the owner in from a browser never seen before · while one address has failed twenty times', async () => {
    const person = await aPerson(t.owner);
    await guess(person, 20, anAddress());
    expect((await signIn(new BrowserSession(t.app), person, anAddress())).status).toBe(303);
  });

  test('POST /sign-in · lets the owner in from the browser used before, and nobody from a new one · while many addresses have failed fifty times', async () => {
    const person = await aPerson(t.owner);
    const owner = new BrowserSession(t.app);
    const address = anAddress();
    await signIn(owner, person, address);
    await owner.post('/sign-out');
    for (let attacker = 0; attacker < 5; attacker += 1) await guess(person, 10, anAddress());
    // Even from the address that the owner shares.
    await guess(person, 3, address);
    expect((await signIn(new BrowserSession(t.app), person, anAddress())).status).toBe(429);
    expect((await signIn(owner, person, address)).status).toBe(303);
  });

  test('POST /sign-in · counts a known device by itself · which lets ten tries through and no more', async () => {
    const person = await aPerson(t.owner);
    const thief = await BrowserSession.as(t.app, person);
    await thief.post('/sign-out');
    const statuses: number[] = [];
    for (let time = 0; time < 11; time += 1)
      statuses.push((await signIn(thief, { email: person.email, password: 'wrong' }, anAddress())).status);
    expect(statuses).toEqual([...Array<number>(10).fill(422), 429]);
  });

  test("POST /sign-in · does not take one person's known device for another's", async () => {
    const [person, other] = [await aPerson(t.owner), await aPerson(t.owner)];
    const attacker = await BrowserSession.as(t.app, other);
    await attacker.post('/sign-out');
    const address = anAddress();
    await guess(person, 10, address);
    expect((await signIn(attacker, person, address)).status).toBe(429);
  });

  test('sign_in_limits · holds no address that somebody typed', async () => {
    const person = await aPerson(t.owner, { email: 'legible@example.org' });
    await guess(person, 1, anAddress());
    const keys: string[] = await t.owner('sign_in_limits').pluck('key');
    expect(keys.filter((key) => key.includes('legible'))).toEqual([]);
    expect(keys.length).toBeGreaterThan(2);
  });
});

function cookieOf(answer: Response, name: string): string | undefined {
  const cookies = answer.headers['set-cookie'] as unknown as string[] | undefined;
  return cookies
    ?.find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(';')[0]
    ?.slice(name.length + 1);
}

function sidOf(cookie: string): string {
  return decodeURIComponent(cookie).slice(2).split('.')[0]!;
}
