import { describe, expect, test } from '@jest/globals';
import { dictionary } from '@zxcvbn-ts/language-common';
import { isGuessedFirst } from '../../server/accounts/common-passwords.ts';
import { createKnownDevices } from '../../server/accounts/known-device.ts';
import { addressKey } from '../../server/accounts/network-address.ts';
import { passwordFault } from '../../server/accounts/password-rules.ts';
import { returnPath } from '../../server/accounts/return-path.ts';

describe('returnPath', () => {
  test.each(['/', '/studies/1/notes?label=ON&words=a%20b#x', '/account'])('keeps %s', (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/a\nb',
    '/sign-in',
    '/sign-out',
    '',
    undefined,
    ['/'],
    `/${'a'.repeat(3000)}`,
  ])('refuses %j', (path) => {
    expect(returnPath(path)).toBeUndefined();
  });
});

describe('addressKey', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('passwordFault', () => {
  const own = ['ada.okafor@example.org', 'Dr Ada Okafor', 'Towards Recovery'];
  test.each([
    'seven herons over water',
    'correct battery horse',
    '🦆🦢🦅🦉🐓🦃🦚🦜🐧🕊🦤🦩',
    'ÄÖÜ äöü ßßß xyz',
    'aaaaaaaaaaab cd ef',
    'Okafor likes long walks at night',
    // At least 64 characters are taken, of whatever kind.
    'the heron stood in the quiet river and nobody there saw it fly off',
    'lantern crosses river',
    'football lantern 77',
    'Dr Ada Okafor counts nine herons',
  ])('takes %s', (password) => {
    expect(passwordFault(password, own)).toBeUndefined();
  });

  test.each([
    'short',
    '🦆🦢🦅🦉🐓🦃🦚🦜🐧🕊🦤',
    'x'.repeat(201),
    'ada.okafor@example.org',
    'ADA.OKAFOR@EXAMPLE.ORG',
    'Dr Ada Okafor',
    'dradaokafor!',
    'DrAdaOkafor1!',
    'dr ada okafor 2026',
    'Dr Ada Okafor - 2026!!',
    'dradaokafor14111985',
    'Towards Recovery - 01.02.26',
    'Password1234',
    'passwordpassword',
    '111111111111',
    'abababababab',
    'with a NUL \u0000 inside',
    // In the list of known passwords as they are, longer than twelve characters.
    'leavemealone',
    '1QAZ2wsx3edc',
    // Known ones with something before, after, between or instead of a letter, or twice.
    'sunshine2024!',
    '!!!sunshine!!!',
    'Sun Shine 123 456',
    'p@ssw0rd-2024',
    '$un$h1ne12345',
    'dragondragon',
    'abcabcabcabc',
    // Rows of neighbours.
    'abcdef123456',
    '987654321098',
    '111122223333',
    // What this site and its study are called.
    'Field Notes 12',
    'connecting people',
    'Towards recovery',
    'towardsrecovery!1',
    'correct horse battery staple',
  ])('refuses %j', (password) => {
    expect(passwordFault(password, own)).toEqual(expect.any(String));
  });
});

describe('isGuessedFirst', () => {
  test('knows at least 3,000 passwords, the most frequent among them', () => {
    const known = dictionary['passwords-common'];
    expect(known.length).toBeGreaterThan(3000);
    for (const password of ['123456', 'password', 'qwerty', 'letmein', 'iloveyou'])
      expect([password, known.includes(password), isGuessedFirst(password)]).toEqual([password, true, true]);
    expect(known.slice(0, 3000).filter((password) => !isGuessedFirst(password))).toEqual([]);
  });
});

describe('createKnownDevices', () => {
  const devices = createKnownDevices('one secret');

  test('recognises a person it remembered, by the same name each time', () => {
    const cookie = devices.remember(undefined, 'ada');
    const name = devices.recognise(cookie, 'ada');
    expect(name).toHaveLength(22);
    expect(devices.recognise(devices.remember(cookie, 'ada'), 'ada')).toBe(name);
  });

  test('recognises nobody else, and nothing sealed with another secret or tampered with', () => {
    const cookie = devices.remember(undefined, 'ada');
    expect(devices.recognise(cookie, 'ben')).toBeUndefined();
    expect(createKnownDevices('another').recognise(cookie, 'ada')).toBeUndefined();
    expect(
      devices.recognise(
        cookie.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
        'ada',
      ),
    ).toBeUndefined();
    for (const nonsense of ['', '.', '~~~', 'a.b', `${cookie.slice(0, 30)}`])
      expect(devices.recognise(nonsense, 'ada')).toBeUndefined();
  });

  test('keeps the five who signed in last on a shared computer', () => {
    let cookie: string | undefined;
    for (const person of ['a', 'b', 'c', 'd', 'e', 'f']) cookie = devices.remember(cookie, person);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((person) => devices.recognise(cookie, person))).toEqual([
      'b',
      'c',
      'd',
      'e',
      'f',
    ]);
  });
});
