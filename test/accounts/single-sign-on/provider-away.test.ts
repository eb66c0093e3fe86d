import { afterAll, expect, test } from '@jest/globals';
import { BrowserSession } from '../../support/browser-session.ts';
import { aPerson } from '../../support/builders.ts';
import { aSignOnProvider } from '../../support/sign-on-provider.ts';
import { back, begin, known, signInAt } from '../../support/signing-on.ts';
import { useTestApp } from '../../support/test-app.ts';

const HERE = 'http://localhost:3000';
const provider = await aSignOnProvider(HERE);
await provider.stop();
const t = useTestApp(provider.env(HERE));
afterAll(() => provider.stop());

test('a provider that is away · hinders neither the start nor the password, and is looked up again', async () => {
  const person = await aPerson(t.owner);
  const session = new BrowserSession(t.app);
  const page = await session.page('/sign-in');
  expect(page('#single-sign-on').text()).toBe('Sign in with Example University');
  const answer = await session.get('/sign-in/single-sign-on');
  expect([answer.status, answer.text.includes('cannot be reached at this moment')]).toEqual([503, true]);
  expect((await BrowserSession.as(t.app, person).then((one) => one.get('/account'))).status).toBe(200);
  await provider.start();
  expect((await session.get('/sign-in/single-sign-on')).headers.location).toContain(provider.issuer);
});

test('a provider that goes away during a sign-in · is said to have, and the next try succeeds once it is back', async () => {
  const person = known(await aPerson(t.owner));
  const session = new BrowserSession(t.app);
  provider.person = person;
  const address = await provider.visit((await begin(session)).href);
  await provider.stop();
  const answer = await back(session, address);
  await provider.start();
  expect([answer.status, answer.text.includes('cannot be reached at this moment')]).toEqual([503, true]);
  expect((await signInAt(provider, session, person)).headers.location).toBe('/');
});
