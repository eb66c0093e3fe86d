import { describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

describe('on plain http, as on one’s own machine', () => {
  const t = useTestApp();

  test('every page forbids scripts and styles from elsewhere, framing, guessing of types, and being stored', async () => {
    const { study, lead } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    for (const path of ['/', '/account', study.path, `${study.path}/notes`, `${study.path}/trail`, '/no-such-page']) {
      const { headers } = await session.get(path);
      const rules = Object.fromEntries(
        String(headers['content-security-policy'])
          .split(';')
          .map((rule) => rule.trim().split(/ (.*)/))
          .map(([name, value]) => [name, value]),
      );
      expect([path, rules]).toEqual([
        path,
        expect.objectContaining({
          'default-src': "'none'",
          'script-src': "'self'",
          'style-src': "'self'",
          'object-src': "'none'",
          'base-uri': "'none'",
          'frame-ancestors': "'none'",
          'form-action': "'self'",
        }),
      ]);
      expect([path, headers]).toEqual([
        path,
        expect.objectContaining({
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'same-origin',
        }),
      ]);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });

  test('a failure says nothing of the inside, but an id that the log has too', async () => {
    const { study, lead } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    await t.owner.raw('alter table saved_queries rename to saved_queries_away');
    try {
      const answer = await session.get(`${study.path}/queries`);
      expect(answer.status).toBe(500);
      expect(answer.text).toContain('Something went wrong on our side');
      expect(answer.text).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/);
      expect(answer.text).not.toMatch(/saved_queries|relation|select |\.ts|node_modules|\n\s+at /);
      const json = await session.agent.get(`${study.path}/queries`).set('Accept', 'application/json');
      expect(Object.keys(json.body).toSorted()).toEqual(['error', 'requestId']);
    } finally {
      await t.owner.raw('alter table saved_queries_away rename to saved_queries');
    }
  });
});

describe('behind TLS', () => {
  const t = useTestApp({ PUBLIC_URL: 'https://notes.example.org', TRUST_PROXY: '1' });

  test('HSTS holds for two years with subdomains, and cookies are __Host-, Secure, HttpOnly and SameSite', async () => {
    const session = new BrowserSession(t.app);
    const { headers } = await session.get('/sign-in').set('X-Forwarded-Proto', 'https');
    expect(headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
    const cookies = ([headers['set-cookie']].flat() as (string | undefined)[]).filter((cookie) => cookie !== undefined);
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-/);
      for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
        expect([cookie.split(';').map((part) => part.trim()), attribute]).toEqual([
          expect.arrayContaining([attribute]),
          attribute,
        ]);
      expect(cookie).not.toMatch(/domain=/i);
    }
  });
});
