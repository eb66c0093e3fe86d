import { expect } from '@jest/globals';
import type { Response } from 'supertest';
import type { BrowserSession } from './browser-session.ts';
import type { Oddity, SoftwareAuthenticator } from './software-authenticator.ts';

/** Says who asks for a new passkey, and answers the page that comes with what the device says. */
export async function makePasskey(
  session: BrowserSession,
  device: SoftwareAuthenticator,
  { name = 'Laptop', odd, ...proof }: { password: string; code?: string; name?: string; odd?: Oddity },
): Promise<Response> {
  const asked = await session.post('/account/passkeys/new', { name, ...proof }, '/account');
  expect([asked.status, asked.text.includes('Make the passkey')]).toEqual([200, true]);
  const [, options = ''] = /data-options="([^"]*)"/.exec(asked.text)!;
  const answer = device.make(JSON.parse(options.replaceAll('&quot;', '"')), odd);
  return session.post('/account/passkeys', { answer }, '/account');
}

type Way = '/sign-in/passkey' | '/sign-in/second-step/passkey';
const PAGES = { '/sign-in/passkey': '/sign-in', '/sign-in/second-step/passkey': '/sign-in/second-step' };

/** What the page would have the device sign. */
export async function challengeFor(session: BrowserSession, way: Way = '/sign-in/passkey') {
  const { body, status } = await session.json('post', `${way}/challenge`, {}, PAGES[way]);
  expect(status).toBe(200);
  return body as { challenge: string; rpId: string; userVerification: string; allowCredentials?: { id: string }[] };
}

/** Presses the button of a sign-in page and lets the device answer. */
export async function usePasskey(
  session: BrowserSession,
  device: SoftwareAuthenticator,
  { way = '/sign-in/passkey', odd }: { way?: Way; odd?: Oddity } = {},
): Promise<Response> {
  const answer = device.sign(await challengeFor(session, way), odd);
  return session.post(way, { answer }, PAGES[way]);
}
