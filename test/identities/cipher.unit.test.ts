import { describe, expect, test } from '@jest/globals';
import { identityKeysFrom } from '../../server/database/identity-keys.ts';
import { seal, unseal } from '../../server/identities/cipher.ts';
import { aKey } from '../support/identity-builders.ts';

const NEW = identityKeysFrom(aKey('new'));
const ROTATED = identityKeysFrom(aKey('new'), [aKey('old')]);
const OLD = identityKeysFrom(aKey('old'));
const BELONGING = { studyId: 'a study', id: 'a participant' };
const TEXT = '{"fullName":"Zoë Núñez 👋🏽"}';

describe('encrypting', () => {
  test('gives back what was sealed · and never the same bytes twice', () => {
    const [one, other] = [seal(NEW, TEXT, BELONGING), seal(NEW, TEXT, BELONGING)];
    expect(unseal(NEW, one, BELONGING)).toBe(TEXT);
    expect(one.nonce).toHaveLength(12);
    expect(one.nonce.equals(other.nonce)).toBe(false);
    expect(one.ciphertext.equals(other.ciphertext)).toBe(false);
    expect(one.ciphertext.includes('Zoë')).toBe(false);
  });

  test('reads what an older key has sealed · while that key is among the known', () => {
    const sealed = seal(OLD, TEXT, BELONGING);
    expect(unseal(ROTATED, sealed, BELONGING)).toBe(TEXT);
    expect(() => unseal(NEW, sealed, BELONGING)).toThrow('encrypted with another key');
  });

  test('refuses a row that was moved or changed · with a sentence', () => {
    const sealed = seal(NEW, TEXT, BELONGING);
    expect(() => unseal(NEW, sealed, { ...BELONGING, id: 'another' })).toThrow('cannot be shown');
    expect(() => unseal(NEW, sealed, { ...BELONGING, studyId: 'another' })).toThrow('cannot be shown');
    const bent = Buffer.from(sealed.ciphertext);
    bent[3]! ^= 1;
    expect(() => unseal(NEW, { ...sealed, ciphertext: bent }, BELONGING)).toThrow('cannot be shown');
    const cut = sealed.ciphertext.subarray(0, 8);
    expect(() => unseal(NEW, { ...sealed, ciphertext: cut }, BELONGING)).toThrow('cannot be shown');
  });
});
