import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../../support/browser-session.ts';
import { aFullStudy, aPerson, type BuiltPerson } from '../../support/builders.ts';
import { challengeFor, makePasskey, usePasskey } from '../../support/passkeys.ts';
import { type Oddity, SoftwareAuthenticator } from '../../support/software-authenticator.ts';
import { useTestApp } from '../../support/test-app.ts';

const HERE = 'http://localhost:3000';
const t = useTestApp({ PUBLIC_URL: HERE });

type Owner = { person: BuiltPerson; session: BrowserSession; device: SoftwareAuthenticator; codes: string[] };

async function anOwner(given?: BuiltPerson): Promise<Owner> {
  const person = given ?? (await aPerson(t.owner));
  const session = await BrowserSession.as(t.app, person);
  const device = new SoftwareAuthenticator(HERE);
  const made = await makePasskey(session, device, { password: person.password });
  expect(made.status).toBe(201);
  const codes = [...made.text.matchAll(/<code class="app-code">([^<]+)</g)].map(([, code]) => code!);
  return { person, session, device, codes };
}

const isIn = async (session: BrowserSession): Promise<boolean> => (await session.get('/account')).status === 200;
const events = (kind: string, personId: string) => t.owner('events').where({ kind, person_id: personId });

describe('making a passkey', () => {
  test('turns the second step on · gives recovery codes, ends other sessions, and is recorded', async () => {
    const person = await aPerson(t.owner);
    const other = await BrowserSession.as(t.app, person);
    const { session, codes } = await anOwner(person);
    expect(codes).toHaveLength(10);
    expect([await isIn(session), await isIn(other)]).toEqual([true, false]);
    expect(await events('passkey.added', person.id)).toHaveLength(1);
    const byPassword = new BrowserSession(t.app);
    const answer = await byPassword.post('/sign-in', { email: person.email, password: person.password }, '/sign-in');
    expect(answer.headers.location).toBe('/sign-in/second-step');
    expect((await session.get('/account/passkeys')).text).toContain('Laptop');
  });

  test('of several, each under its name · asks for no code in a session that a passkey has begun', async () => {
    const { person, session } = await anOwner();
    const answer = await makePasskey(session, new SoftwareAuthenticator(HERE), {
      password: person.password,
      name: 'Key <1>',
    });
    expect(answer.headers.location).toBe('/account/passkeys');
    expect((await session.get('/account/passkeys')).text).toContain('Key &lt;1&gt;');
  });

  test('asks for the password first, and for a code where the session was begun without a passkey', async () => {
    const { person, codes } = await anOwner();
    const session = new BrowserSession(t.app);
    await session.post('/sign-in', { email: person.email, password: person.password }, '/sign-in');
    await session.post('/sign-in/second-step', { code: codes[0]! }, '/sign-in/second-step');
    const ask = (fields: object) => session.post('/account/passkeys/new', { name: 'Phone', ...fields }, '/account');
    expect((await ask({ password: 'wrong' })).text).toContain('This is not your present password');
    expect((await ask({ password: person.password, code: '000000' })).status).toBe(422);
    expect((await ask({ password: person.password, code: codes[1]! })).status).toBe(200);
    expect((await ask({ name: ' ', password: person.password })).text).toContain('Enter a name for the passkey');
  });

  test.each<[string, Oddity]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'x'.repeat(43) }],
    ['without asking who holds the device', { isVerified: false }],
  ])('refuses an answer %s', async (_what, odd) => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    const device = new SoftwareAuthenticator(HERE);
    const answer = await makePasskey(session, device, { password: person.password, odd });
    expect([answer.status, answer.text.includes('could not be taken for a new passkey')]).toEqual([422, true]);
    expect(await t.owner('passkeys').where({ person_id: person.id })).toEqual([]);
  });

  test('refuses an answer that nobody was asked for, and rubbish', async () => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    for (const answer of ['', '{}', '[', '{"id":1}']) {
      const sent = await session.post('/account/passkeys', { answer }, '/account');
      expect([answer, sent.status]).toEqual([answer, 422]);
    }
  });

  test('refuses one with a longer id than the standard allows', async () => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    const lengths = [1024, 9000];
    for (const idLength of lengths) {
      const device = new SoftwareAuthenticator(HERE, { idLength });
      const answer = await makePasskey(session, device, { password: person.password });
      expect([idLength, answer.status]).toEqual([idLength, 422]);
    }
  });

  test('keeps a passkey once, for one person', async () => {
    const { device } = await anOwner();
    const other = await aPerson(t.owner);
    const answer = await makePasskey(await BrowserSession.as(t.app, other), device, { password: other.password });
    expect(answer.text).toContain('registered already');
  });
});

describe('signing in with a passkey alone', () => {
  test('lets its owner in · past the second step, also that of the study', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    await t.owner('studies').where({ id: study.id }).update({ requires_second_step: true });
    const { device } = await anOwner(researcher);
    const session = new BrowserSession(t.app);
    await session.get(`${study.path}/notes`);
    expect((await usePasskey(session, device)).headers.location).toBe(`${study.path}/notes`);
    expect((await session.get(`${study.path}/notes`)).status).toBe(200);
    const [event] = await t
      .owner('events')
      .where({ kind: 'person.signed-in', person_id: researcher.id })
      .orderBy('id', 'desc');
    expect(event.after).toEqual({ by: 'passkey' });
  });

  test('asks for any passkey of this site, and for who holds it', async () => {
    const options = await challengeFor(new BrowserSession(t.app));
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(options.allowCredentials ?? []).toEqual([]);
  });

  const odd: [string, Oddity][] = [
    ['of another site', { origin: 'https://evil.example' }],
    ['of another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'x'.repeat(43) }],
    ['without asking who holds the device', { isVerified: false }],
    ['by another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
    ['for another person', { userHandle: Buffer.from('somebody').toString('base64url') }],
  ];
  test.each(odd)('refuses an answer %s, and records it', async (_what, oddity) => {
    const { person, device } = await anOwner();
    const session = new BrowserSession(t.app);
    const answer = await usePasskey(session, device, { odd: oddity });
    expect([answer.status, answer.text.includes('could not be taken for your passkey')]).toEqual([422, true]);
    expect(await isIn(session)).toBe(false);
    expect(await events('passkey.refused', person.id)).toHaveLength(1);
  });

  test('takes an answer once · in its own session', async () => {
    const { device } = await anOwner();
    const session = new BrowserSession(t.app);
    const answer = device.sign(await challengeFor(session));
    const other = new BrowserSession(t.app);
    await challengeFor(other);
    expect((await other.post('/sign-in/passkey', { answer }, '/sign-in')).status).toBe(422);
    const send = () => session.post('/sign-in/passkey', { answer }, '/sign-in');
    expect((await send()).status).toBe(303);
    await session.post('/sign-out');
    expect((await send()).text).toContain('was sent already');
  });

  test('takes no second answer to a challenge · after one that was wrong', async () => {
    const { device } = await anOwner();
    const session = new BrowserSession(t.app);
    const options = await challengeFor(session);
    const send = (answer: string) => session.post('/sign-in/passkey', { answer }, '/sign-in');
    expect((await send(device.sign(options, { isVerified: false }))).status).toBe(422);
    expect((await send(device.sign(options))).text).toContain('was sent already');
  });

  test('takes one of two answers that are sent at once', async () => {
    const { device } = await anOwner();
    const session = new BrowserSession(t.app);
    const answer = device.sign(await challengeFor(session));
    const token = await session.token('/sign-in');
    const send = () => session.agent.post('/sign-in/passkey').set('x-csrf-token', token).type('form').send({ answer });
    const answers = await Promise.all([send(), send()]);
    expect(answers.filter(({ status, headers }) => status === 303 && headers.location === '/')).toHaveLength(1);
  });

  test('refuses a challenge that is older than five minutes, and one made for something else', async () => {
    const { session: owner, device, person } = await anOwner();
    const session = new BrowserSession(t.app);
    const answer = device.sign(await challengeFor(session));
    await t.owner.raw(
      `update sessions set sess = jsonb_set(sess::jsonb, '{passkey,at}', '1')::json where sess -> 'passkey' is not null`,
    );
    expect((await session.post('/sign-in/passkey', { answer }, '/sign-in')).text).toContain('took too long');
    const asked = await owner.post('/account/passkeys/new', { name: 'x', password: person.password }, '/account');
    const [, options = ''] = /data-options="([^"]*)"/.exec(asked.text)!;
    const signed = device.sign({ ...JSON.parse(options.replaceAll('&quot;', '"')), rpId: 'localhost' });
    expect((await owner.post('/sign-in/passkey', { answer: signed }, '/account')).text).toContain('took too long');
  });

  test('refuses a passkey whose counter goes back or stands still, and records it', async () => {
    const { person, device } = await anOwner();
    device.counter = 5;
    expect((await usePasskey(new BrowserSession(t.app), device)).status).toBe(303);
    for (const counter of [3, 5]) {
      device.counter = counter;
      const answer = await usePasskey(new BrowserSession(t.app), device);
      expect([answer.status, answer.text.includes('the count has gone back')]).toEqual([422, true]);
    }
    const refused = await events('passkey.refused', person.id);
    expect(refused.map(({ after }) => after)).toEqual([{ reason: 'counter' }, { reason: 'counter' }]);
    device.counter = 6;
    expect((await usePasskey(new BrowserSession(t.app), device)).status).toBe(303);
  });

  test('refuses one that was never made here, and that of a disabled person, in the same words', async () => {
    const { person, device } = await anOwner();
    await t.owner('people').where({ id: person.id }).update({ disabled_at: new Date() });
    for (const one of [device, new SoftwareAuthenticator(HERE)])
      expect((await usePasskey(new BrowserSession(t.app), one)).text).toContain('This passkey is not known here');
  });

  test('gives the session a new id', async () => {
    const { device } = await anOwner();
    const session = new BrowserSession(t.app);
    const answer = device.sign(await challengeFor(session));
    const before = session.cookies();
    await session.post('/sign-in/passkey', { answer }, '/sign-in');
    expect(await isIn(session)).toBe(true);
    const old = await new BrowserSession(t.app).get('/account').set('Cookie', before);
    expect(old.headers.location).toBe('/sign-in');
  });
});

describe('a passkey as the second step', () => {
  async function halfway(person: BuiltPerson): Promise<BrowserSession> {
    const session = new BrowserSession(t.app);
    await session.post('/sign-in', { email: person.email, password: person.password }, '/sign-in');
    return session;
  }
  const way = '/sign-in/second-step/passkey';

  test('lets its owner in after the password', async () => {
    const { person, device } = await anOwner();
    const session = await halfway(person);
    expect((await session.get('/sign-in/second-step')).text).toContain('Use your passkey');
    expect((await challengeFor(session, way)).allowCredentials).toHaveLength(1);
    expect((await usePasskey(session, device, { way })).headers.location).toBe('/');
    expect(await isIn(session)).toBe(true);
  });

  test('refuses that of somebody else, with a sentence, and nobody without a first step', async () => {
    const [first, second] = [await anOwner(), await anOwner()];
    const session = await halfway(first.person);
    expect((await usePasskey(session, second.device, { way })).headers.location).toBe('/sign-in/second-step');
    expect((await session.get('/sign-in/second-step')).text).toContain('This passkey is not known here');
    expect(await isIn(session)).toBe(false);
    const visitor = new BrowserSession(t.app);
    expect((await visitor.post(way, { answer: '{}' }, '/sign-in')).headers.location).toBe('/sign-in');
    expect((await visitor.json('post', `${way}/challenge`, {}, '/sign-in')).status).toBe(409);
  });
});

describe('removing a passkey', () => {
  const remove = (session: BrowserSession, fields: Record<string, string>) =>
    session.post('/account/passkeys/removal', fields, '/account');

  test('asks for the password, ends what it opens, and turns the second step off with the last one', async () => {
    const { person, session, device } = await anOwner();
    const { id: passkey } = await t.owner('passkeys').where({ person_id: person.id }).first('id');
    expect((await remove(session, { passkey, 'removal-password': 'wrong' })).status).toBe(422);
    expect((await remove(session, { passkey: '', 'removal-password': person.password })).text).toContain(
      'Choose the passkey',
    );
    expect((await remove(session, { passkey, 'removal-password': person.password })).status).toBe(303);
    expect((await session.get('/account/passkeys')).text).toContain('your second step is off');
    expect((await usePasskey(new BrowserSession(t.app), device)).text).toContain('not known here');
    expect(await events('passkey.removed', person.id)).toHaveLength(1);
    expect(await isIn(await BrowserSession.as(t.app, person))).toBe(true);
  });

  test('of somebody else · is not possible', async () => {
    const [first, second] = [await anOwner(), await anOwner()];
    const { id: passkey } = await t.owner('passkeys').where({ person_id: second.person.id }).first('id');
    expect((await remove(first.session, { passkey, 'removal-password': first.person.password })).status).toBe(404);
    expect((await usePasskey(new BrowserSession(t.app), second.device)).status).toBe(303);
  });

  test('by the lead, who takes a member’s second step away · takes the passkeys too', async () => {
    const { study, lead, researcher } = await aFullStudy(t.owner);
    const { device } = await anOwner(researcher);
    const leading = await BrowserSession.as(t.app, lead);
    await leading.post(`${study.path}/members/${researcher.membershipId}/second-step/removal`);
    expect((await usePasskey(new BrowserSession(t.app), device)).text).toContain('not known here');
  });
});
