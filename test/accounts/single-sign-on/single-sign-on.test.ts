import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../../support/browser-session.ts';
import { aFullStudy, aPerson, type BuiltPerson } from '../../support/builders.ts';
import { aSignOnProvider, type Forgery, type KnownPerson } from '../../support/sign-on-provider.ts';
import { back, begin, known, signInAt } from '../../support/signing-on.ts';
import { useTestApp } from '../../support/test-app.ts';

const HERE = 'http://localhost:3000';
const provider = await aSignOnProvider(HERE);
const t = useTestApp(provider.env(HERE));
afterAll(() => provider.stop());

beforeEach(() => {
  provider.forge = undefined;
  provider.person = undefined;
});

const signIn = (session: BrowserSession, person: KnownPerson, query?: string) =>
  signInAt(provider, session, person, query);
const isIn = async (session: BrowserSession): Promise<boolean> => (await session.get('/account')).status === 200;
const events = (kind: string, where: object = {}) => t.owner('events').where({ kind, ...where });

describe('signing in at the provider', () => {
  test('lets in whose verified address has an account · and knows them by their subject from then on', async () => {
    const person = await aPerson(t.owner);
    const atProvider = known({ email: person.email.toUpperCase() });
    const session = new BrowserSession(t.app);
    expect((await signIn(session, atProvider)).headers.location).toBe('/');
    expect(await isIn(session)).toBe(true);
    expect(await t.owner('single_sign_on_subjects').where({ person_id: person.id })).toMatchObject([
      { issuer: provider.issuer, subject: atProvider.sub },
    ]);
    // Another address there, and one that is not vouched for: it is the same subject.
    const later = new BrowserSession(t.app);
    await signIn(later, { ...atProvider, email: 'new@example.org', email_verified: false });
    expect((await later.get('/account')).text).toContain(person.email);
    expect(await events('single-sign-on.joined', { subject_id: person.id })).toHaveLength(1);
    const signedIn = await events('person.signed-in', { person_id: person.id });
    expect(signedIn.map(({ after }) => after)).toEqual([{ by: 'single-sign-on' }, { by: 'single-sign-on' }]);
  });

  test('asks with PKCE, state and nonce, for no more than the address', async () => {
    const { searchParams } = await begin(new BrowserSession(t.app));
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
      redirect_uri: `${HERE}/sign-in/single-sign-on/return`,
    });
    for (const name of ['code_challenge', 'state', 'nonce'])
      expect([name, searchParams.get(name)?.length]).toEqual([name, 43]);
  });

  test('gives the session a new id', async () => {
    const person = await aPerson(t.owner);
    const session = new BrowserSession(t.app);
    provider.person = known(person);
    const there = await provider.visit((await begin(session)).href);
    const before = session.cookies();
    await back(session, there);
    expect(await isIn(session)).toBe(true);
    const old = new BrowserSession(t.app);
    expect((await old.get('/account').set('Cookie', before)).headers.location).toBe('/sign-in');
  });

  test.each([
    ['?returnTo=/account/sessions', '/account/sessions'],
    ['?returnTo=https://evil.example/', '/'],
    ['?returnTo=//evil.example/', '/'],
    ['?returnTo=/%5Cevil.example/', '/'],
    ['?returnTo=/&returnTo=/account', '/'],
  ])('leads to a page of this site and nowhere else · with %s', async (query, next) => {
    const person = await aPerson(t.owner);
    const answer = await signIn(new BrowserSession(t.app), known(person), query);
    expect(answer.headers.location).toBe(next);
  });

  test('leads somebody who is signed in already to a page of this site', async () => {
    const session = await BrowserSession.as(t.app, await aPerson(t.owner));
    const to = async (path: string) => (await session.get(`/sign-in/single-sign-on?returnTo=${path}`)).headers.location;
    expect([await to('/account'), await to('//evil.example')]).toEqual(['/account', '/']);
  });

  test('leads back to the page that was asked for', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    const session = new BrowserSession(t.app);
    await session.get(`${study.path}/notes`);
    expect((await signIn(session, known(researcher))).headers.location).toBe(`${study.path}/notes`);
  });
});

describe('who is not let in', () => {
  async function refused(person: KnownPerson, words: string, reason: string): Promise<void> {
    const count = async () =>
      (await events('single-sign-on.refused').whereRaw(`after ->> 'reason' = ?`, [reason])).length;
    const before = await count();
    const session = new BrowserSession(t.app);
    const answer = await signIn(session, person);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(words);
    expect(await isIn(session)).toBe(false);
    expect(await count()).toBe(before + 1);
  }

  test('somebody unknown · gets no account, and is told to ask for an invitation', async () => {
    const { length } = await t.owner('people');
    await refused(known({ email: 'nobody@example.org' }), 'ask the lead of your study for an invitation', 'unknown');
    expect(await t.owner('people')).toHaveLength(length);
  });

  test('an address that the provider does not vouch for', async () => {
    const person = await aPerson(t.owner);
    await refused(known(person, { email_verified: false }), 'does not vouch for your e-mail address', 'unverified');
    expect(await t.owner('single_sign_on_subjects').where({ person_id: person.id })).toEqual([]);
  });

  test('somebody whose account is disabled · at first and once it has been joined', async () => {
    const person = await aPerson(t.owner);
    const joined = known(person);
    await signIn(new BrowserSession(t.app), joined);
    const newcomer = await aPerson(t.owner);
    await t.owner('people').whereIn('id', [person.id, newcomer.id]).update({ disabled_at: new Date() });
    await refused(joined, 'Your account here is disabled', 'disabled');
    await refused(known(newcomer), 'Your account here is disabled', 'disabled');
  });

  test('a second subject for the same account · who would have it by having got the address', async () => {
    const person = await aPerson(t.owner);
    await signIn(new BrowserSession(t.app), known(person));
    await refused(known(person), 'joined to somebody else’s sign-in', 'joined-to-another');
  });

  test('the events · hold nothing that the provider sent', async () => {
    const recorded = JSON.stringify(await t.owner('events').where('kind', 'like', 'single-sign-on.%'));
    expect(recorded).toContain('unknown');
    expect(recorded).not.toMatch(/example\.org|subject-|eyJ/);
  });
});

describe('answers that do not fit', () => {
  let person: BuiltPerson;
  let atProvider: KnownPerson;
  let session: BrowserSession;
  beforeEach(async () => {
    person = await aPerson(t.owner);
    atProvider = known(person);
    session = new BrowserSession(t.app);
  });

  async function expectRefused(address: URL, words: string): Promise<void> {
    const answer = await back(session, address);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(words);
    expect(await isIn(session)).toBe(false);
  }

  async function thereAndBack(): Promise<URL> {
    provider.person = atProvider;
    return provider.visit((await begin(session)).href);
  }

  test('another state · is refused and recorded', async () => {
    const { length } = await events('single-sign-on.failed');
    const address = await thereAndBack();
    address.searchParams.set('state', 'another');
    await expectRefused(address, 'does not fit this sign-in');
    expect(await events('single-sign-on.failed')).toHaveLength(length + 1);
  });

  test('an answer meant for another browser · is refused', async () => {
    const address = await thereAndBack();
    session = new BrowserSession(t.app);
    await expectRefused(address, 'had been used already');
    await begin(session);
    await expectRefused(address, 'does not fit this sign-in');
  });

  test('an answer sent twice · is refused the second time, and so is its code in another sign-in', async () => {
    const address = await thereAndBack();
    expect((await back(session, address)).headers.location).toBe('/');
    const other = new BrowserSession(t.app);
    const state = (await begin(other)).searchParams.get('state')!;
    session = other;
    address.searchParams.set('state', state);
    await expectRefused(address, 'does not fit this sign-in');
    await expectRefused(address, 'had been used already');
  });

  test('an answer without a code · is refused, and begins nothing', async () => {
    await begin(session);
    await expectRefused(new URL(`${HERE}/sign-in/single-sign-on/return?x=1`), 'does not fit this sign-in');
  });

  test('somebody who cancels there · is told so', async () => {
    const answer = await back(session, await provider.visit((await begin(session)).href));
    expect([answer.status, answer.text.includes('was cancelled')]).toEqual([403, true]);
  });

  const now = Math.floor(Date.now() / 1000);
  const forgeries: [string, (nonce: string) => Forgery][] = [
    ['a nonce of another sign-in', () => ({ claims: { nonce: 'x'.repeat(43) } })],
    ['no nonce', () => ({ claims: { nonce: undefined } })],
    ['an id_token that has expired', () => ({ claims: { iat: now - 7200, exp: now - 3600 } })],
    ['an id_token of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['an id_token for another program', () => ({ claims: { aud: 'another' } })],
    ['an id_token that somebody else signed', () => ({ key: provider.foreignKey })],
  ];

  async function returnWith(forgery: (nonce: string) => Forgery) {
    const there = await begin(session);
    const nonce = there.searchParams.get('nonce')!;
    const { claims, key } = forgery(nonce);
    provider.forge = {
      claims: { sub: atProvider.sub, email: person.email, email_verified: true, nonce, ...claims },
      ...(key && { key }),
    };
    provider.person = atProvider;
    return provider.visit(there.href);
  }

  test('an id_token that fits in everything · is taken, so that the others are refused for what is wrong', async () => {
    expect((await back(session, await returnWith(() => ({})))).headers.location).toBe('/');
    expect(await isIn(session)).toBe(true);
  });

  test.each(forgeries)('%s · is refused', async (_what, forgery) => {
    await expectRefused(await returnWith(forgery), 'does not fit this sign-in');
  });
});

describe('a second step', () => {
  test('of the account · is asked for still, unless the provider says that it asked for several factors', async () => {
    const person = await aPerson(t.owner);
    await t.owner('people').where({ id: person.id }).update({ second_step_at: new Date() });
    const atProvider = known(person, { amr: ['pwd'] });
    const session = new BrowserSession(t.app);
    expect((await signIn(session, atProvider)).headers.location).toBe('/sign-in/second-step');
    expect(await isIn(session)).toBe(false);
    const other = new BrowserSession(t.app);
    expect((await signIn(other, { ...atProvider, amr: ['pwd', 'mfa'] })).headers.location).toBe('/');
    expect(await isIn(other)).toBe(true);
  });

  test('that the study asks for · is not spared, unless the provider says the same', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    await t.owner('studies').where({ id: study.id }).update({ requires_second_step: true });
    const atProvider = known(researcher);
    const session = new BrowserSession(t.app);
    await signIn(session, atProvider);
    expect((await session.get(`${study.path}/notes`)).headers.location).toBe('/account/second-step?required');
    const other = new BrowserSession(t.app);
    await signIn(other, { ...atProvider, acr: 'https://refeds.org/profile/mfa' });
    expect((await other.get(`${study.path}/notes`)).status).toBe(200);
    // By the password the same account is asked again.
    const third = await BrowserSession.as(t.app, researcher);
    expect((await third.get(`${study.path}/notes`)).headers.location).toBe('/account/second-step?required');
  });
});

describe('signing out', () => {
  test('ends the session here · and offers to end the one at the provider', async () => {
    const person = await aPerson(t.owner);
    const session = new BrowserSession(t.app);
    await signIn(session, known(person));
    const cookie = session.cookies();
    expect((await session.post('/sign-out')).headers.location).toBe('/sign-in/single-sign-on/left');
    expect((await new BrowserSession(t.app).get('/account').set('Cookie', cookie)).headers.location).toBe('/sign-in');
    expect((await session.get('/sign-in/single-sign-on/left')).text).toContain('Sign out at Example University');
    const there = new URL((await session.get('/sign-in/single-sign-on/end')).headers.location!);
    expect(`${there.origin}${there.pathname}`).toBe(`${provider.issuer}/session/end`);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${HERE}/sign-in`);
    expect((await fetch(there)).status).toBe(200);
  });

  test('after signing in with the password · leads to the sign-in page', async () => {
    const session = await BrowserSession.as(t.app, await aPerson(t.owner));
    expect((await session.post('/sign-out')).headers.location).toBe('/sign-in');
  });
});
