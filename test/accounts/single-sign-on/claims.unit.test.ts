import { describe, expect, test } from '@jest/globals';
import { providedPerson } from '../../../server/accounts/single-sign-on/claims.ts';
import { isOutOfReach } from '../../../server/accounts/single-sign-on/provider.ts';
import { readConfig } from '../../../server/config.ts';

const token = { iss: 'https://login.example', sub: '1' };

describe('providedPerson', () => {
  test.each([
    [{ email: 'a@example.org', email_verified: true }, 'a@example.org'],
    [{ email: 'a@example.org', email_verified: 'true' }, 'a@example.org'],
    [{ email: 'a@example.org', email_verified: false }, undefined],
    [{ email: 'a@example.org', email_verified: 'false' }, undefined],
    [{ email: 'a@example.org', email_verified: 1 }, undefined],
    [{ email: 'a@example.org' }, undefined],
    [{ email: ['a@example.org'], email_verified: true }, undefined],
    [{ email: '', email_verified: true }, undefined],
  ])('takes an address that is vouched for alone · %j', (about, email) => {
    expect(providedPerson(token, about).email).toBe(email);
  });

  test.each([
    [{ amr: ['pwd', 'mfa'] }, true],
    [{ acr: 'https://refeds.org/profile/mfa' }, true],
    [{ amr: ['pwd', 'otp'] }, false],
    [{ amr: 'mfa' }, false],
    [{ acr: 'mfa' }, false],
    [{ acr: ['https://refeds.org/profile/mfa'] }, false],
    [{}, false],
  ])('believes in several factors where the provider says so · %j', (claims, several) => {
    expect(providedPerson({ ...token, ...claims }, {}).severalFactors).toBe(several);
  });
});

describe('isOutOfReach', () => {
  test.each([
    [new TypeError('fetch failed'), true],
    [new Error('wrapped', { cause: new TypeError('fetch failed') }), true],
    [Object.assign(new Error('slow'), { code: 'OAUTH_TIMEOUT' }), true],
    [Object.assign(new Error('not well'), { cause: { status: 503 } }), true],
    [Object.assign(new Error('says no'), { cause: { status: 400 } }), false],
    [Object.assign(new TypeError('an argument'), { code: 'ERR_INVALID_ARG_VALUE' }), false],
    [new Error('unexpected claim'), false],
  ])('%s', (error, away) => {
    expect(isOutOfReach(error)).toBe(away);
  });
});

describe('the settings of single sign-on', () => {
  const all = {
    PUBLIC_URL: 'https://notes.example.org',
    OIDC_ISSUER: 'https://login.example.org',
    OIDC_CLIENT_ID: 'notes',
    OIDC_CLIENT_SECRET: 'secret',
  };

  test('are none unless given, and are read when they are', () => {
    expect(readConfig({ PUBLIC_URL: all.PUBLIC_URL }).singleSignOn).toBeUndefined();
    const { singleSignOn } = readConfig({ ...all, OIDC_NAME: 'Example University' });
    expect(singleSignOn).toEqual({
      issuer: 'https://login.example.org',
      clientId: 'notes',
      clientSecret: 'secret',
      name: 'Example University',
    });
  });

  test.each(Object.keys(all))('are refused with a sentence · without %s', (name) => {
    expect(() => readConfig({ ...all, [name]: '' })).toThrow(`Single sign-on is set up by halves. Set ${name}, `);
  });

  test.each(['login.example.org', 'http://login.example.org', 'ftp://login.example.org'])(
    'are refused with a sentence · when the provider is %s',
    (issuer) => {
      expect(() => readConfig({ ...all, OIDC_ISSUER: issuer })).toThrow(
        /^The configuration is wrong.*OIDC_ISSUER: must /,
      );
    },
  );

  test.each(['http://localhost:4000', 'http://127.0.0.1/realms/x'])(
    'allow plain http on this machine · %s',
    (issuer) => {
      expect(readConfig({ ...all, OIDC_ISSUER: issuer }).singleSignOn?.issuer).toBe(issuer);
    },
  );
});
