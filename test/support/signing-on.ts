import { expect } from '@jest/globals';
import type { Response } from 'supertest';
import type { BrowserSession } from './browser-session.ts';
import type { KnownPerson, SignOnProvider } from './sign-on-provider.ts';

let serial = 0;

/** The person of the provider with this address. */
export const known = (person: { email: string }, given: Partial<KnownPerson> = {}): KnownPerson => ({
  sub: `subject-${(serial += 1)}`,
  email: person.email,
  ...given,
});

/** Presses the button of the sign-in page: the address at the provider. */
export async function begin(session: BrowserSession, query = ''): Promise<URL> {
  const answer = await session.get(`/sign-in/single-sign-on${query}`);
  expect(answer.status).toBe(302);
  return new URL(answer.headers.location!);
}

/** Comes back to `address`, where the provider has sent them. */
export async function back(session: BrowserSession, address: URL): Promise<Response> {
  return session.get(`${address.pathname}${address.search}`);
}

/** The whole way there and back, as `person` of the provider. */
export async function signInAt(
  provider: SignOnProvider,
  session: BrowserSession,
  person: KnownPerson,
  query = '',
): Promise<Response> {
  provider.person = person;
  return back(session, await provider.visit((await begin(session, query)).href));
}
