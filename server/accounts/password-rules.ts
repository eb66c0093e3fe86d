import { codePointLength, unstorableCharacter } from '../shared/text.ts';

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

// Long enough and still the first thing anybody would try.
const OBVIOUS = new Set([
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'passw0rd1234',
  'p@ssw0rd1234',
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456123456',
  '012345678901',
  '0123456789012',
  '098765432109',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwerty123456',
  'qwertyqwerty',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcdef123456',
  'abc123abc123',
  'letmeinletmein',
  'welcome12345',
  'welcome123456',
  'iloveyou1234',
  'administrator',
  'administrator1',
  'admin1234567',
  'adminadminadmin',
  'changemechangeme',
  'changeme1234',
  'fieldnotes12',
  'fieldnotes123',
  'fieldnotes1234',
  'connectingpeople',
  'connecting people',
  'connectingpeople1',
  'football1234',
  'liverpool123',
  'sunshine1234',
  'princess1234',
  'correct horse battery staple',
  'correcthorsebatterystaple',
]);

/**
 * Why `password` may not be chosen, as a sentence, or undefined when it may. 12 to 200 code points; not the person's
 * e-mail address or name (`own`), and nothing that everybody tries. No rule asks for kinds of characters.
 */
export function passwordFault(password: string, own: (string | null | undefined)[]): string | undefined {
  const length = codePointLength(password);
  if (length < SHORTEST_PASSWORD)
    return `Choose a password of ${SHORTEST_PASSWORD} characters or more; three or four words are easy to remember`;
  if (length > LONGEST_PASSWORD) return `Choose a password of ${LONGEST_PASSWORD} characters or fewer`;
  if (unstorableCharacter(password) !== undefined) return 'The password has a character that cannot be typed again';
  const plain = password.normalize('NFKC').toLowerCase().trim();
  if (own.some((text) => isAbout(plain, text))) return 'Choose a password that is not your name or e-mail address';
  if (OBVIOUS.has(plain) || new Set(plain).size < 4 || plain === plain.slice(0, 2).repeat(plain.length / 2))
    return 'That password is one of the first that anybody would try. Choose another';
  return undefined;
}

// The name or address itself, alone or with a few characters added.
function isAbout(plain: string, text: string | null | undefined): boolean {
  const about = (text ?? '').normalize('NFKC').toLowerCase().trim();
  if (about === '') return false;
  const forms = [about, about.replace(/\s+/g, ''), about.split('@')[0] ?? ''].filter((form) => form.length >= 6);
  return forms.some((form) => plain.includes(form) && plain.length - form.length <= 4);
}
