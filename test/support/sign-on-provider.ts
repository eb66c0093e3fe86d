import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { memoryAdapter } from './memory-adapter.ts';

const CLIENT = { id: 'field-notes', secret: 'a secret shared with the provider' };

/** Whom the provider takes whoever comes for, without asking. */
export type KnownPerson = { sub: string; email: string; email_verified?: boolean; amr?: string[]; acr?: string };

/** What the next answer of the token address is changed to: claims of the id_token, and the key it is signed with. */
export type Forgery = { claims?: Record<string, unknown>; key?: KeyObject };

/** A real provider of OpenID Connect on this machine, with its own people. */
export type SignOnProvider = {
  issuer: string;
  /** Settings of the program for it; `publicUrl` is where people are sent back to. */
  env(publicUrl: string): Record<string, string>;
  /** Who comes next; undefined for somebody who presses Cancel there. */
  person: KnownPerson | undefined;
  forge: Forgery | undefined;
  /** Follows `address` as a browser would until it is sent back to `publicUrl`: the address there. */
  visit(address: string): Promise<URL>;
  foreignKey: KeyObject;
  stop(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
};

/** `port` 0 for any. People are sent back to `publicUrl` and nowhere else. */
export async function aSignOnProvider(publicUrl: string): Promise<SignOnProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...keys.privateKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS256', use: 'sig' };
  let server: Server | undefined;
  let handle: (req: IncomingMessage, res: ServerResponse) => unknown = (_req, res) => res.end();
  let port = 0;
  const people = new Map<string, KnownPerson>();

  const listen = async (): Promise<void> => {
    server = createServer((req, res) => void handle(req, res)).listen(port, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    ({ port } = server.address() as AddressInfo);
  };
  await listen();

  const made: SignOnProvider = {
    issuer: `http://127.0.0.1:${port}`,
    env: (url) => ({
      PUBLIC_URL: url,
      OIDC_ISSUER: made.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_NAME: 'Example University',
    }),
    person: undefined,
    forge: undefined,
    foreignKey: foreign.privateKey,
    async visit(address) {
      const cookies = new Map<string, string>();
      let at = new URL(address);
      for (let steps = 0; steps < 10 && at.origin === made.issuer; steps += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const line of answer.headers.getSetCookie()) {
          const [pair = ''] = line.split(';');
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
        at = new URL(next, at);
      }
      return at;
    },
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
    start: listen,
  };

  const provider = new Provider(made.issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${publicUrl}/sign-in/single-sign-on/return`],
        post_logout_redirect_uris: [`${publicUrl}/sign-in`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['of tests'] },
    claims: { openid: ['sub', 'amr', 'acr'], email: ['email', 'email_verified'] },
    acrValues: ['https://refeds.org/profile/mfa'],
    adapter: memoryAdapter,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => {
      const known = people.get(sub);
      return known && { accountId: sub, claims: () => ({ ...known, email_verified: known.email_verified ?? true }) };
    },
  });
  const callback = provider.callback();

  handle = async (req, res) => {
    if (req.url?.startsWith('/interaction/')) return interact(req, res);
    if (req.url === '/token' && made.forge) return forged(res, made.forge);
    return callback(req, res);
  };
  return made;

  async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { person } = made;
    if (!person) {
      const error = { error: 'access_denied', error_description: 'not today' };
      return provider.interactionFinished(req, res, error, { mergeWithLastSubmission: false });
    }
    people.set(person.sub, person);
    const grant = new provider.Grant({ accountId: person.sub, clientId: CLIENT.id });
    grant.addOIDCScope('openid email');
    const { sub: accountId, amr, acr } = person;
    const login = { accountId, ...(amr && { amr }), ...(acr && { acr }) };
    const result = { login, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  }

  function forged(res: ServerResponse, { claims, key }: Forgery): void {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: made.issuer, aud: CLIENT.id, iat: now, exp: now + 600, ...claims };
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encoded({ alg: 'RS256', kid: 'own' })}.${encoded(payload)}`;
    const signature = createSign('RSA-SHA256')
      .update(signed)
      .sign(key ?? keys.privateKey, 'base64url');
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ access_token: 'any', token_type: 'Bearer', id_token: `${signed}.${signature}` }));
  }
}
