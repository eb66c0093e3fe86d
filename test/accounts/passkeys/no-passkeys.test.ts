import { describe, expect, test } from '@jest/globals';
import { relyingPartyOf } from '../../../server/accounts/passkeys/relying-party.ts';
import { BrowserSession } from '../../support/browser-session.ts';
import { aPerson } from '../../support/builders.ts';
import { useTestApp } from '../../support/test-app.ts';

describe('relyingPartyOf', () => {
  test.each([
    ['https://notes.example.ac.uk', 'notes.example.ac.uk'],
    ['https://notes.example.ac.uk:8443', 'notes.example.ac.uk'],
    ['http://localhost:3000', 'localhost'],
  ])('%s', (address, id) => {
    expect(relyingPartyOf(address)).toEqual({ id, origin: address });
  });

  test.each(['http://127.0.0.1:3000', 'https://192.0.2.7', 'https://[2001:db8::1]', 'http://notes.example.ac.uk'])(
    '%s · has no passkeys',
    (address) => {
      expect(relyingPartyOf(address)).toBeUndefined();
    },
  );
});

const t = useTestApp();

test('at a number · no passkeys are offered, and the page says why', async () => {
  expect((await new BrowserSession(t.app).get('/sign-in')).text).not.toContain('passkey');
  const person = await aPerson(t.owner);
  const session = await BrowserSession.as(t.app, person);
  expect((await session.get('/account/passkeys')).text).toContain('Passkeys cannot be used at this address');
  const answer = await session.post('/account/passkeys/new', { name: 'x', password: person.password }, '/account');
  expect(answer.status).toBe(409);
});
