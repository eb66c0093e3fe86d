import { codePointLength, unstorableCharacter } from '../shared/text.ts';
import { isGuessedFirst } from './common-passwords.ts';

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

// What anybody who sees this site would try.
const OF_THE_SITE = [
  'field notes',
  'connecting people',
  'connecting people field notes',
  'change me please',
  'correct horse battery staple',
];

/**
 * Why `password` may not be chosen, as a sentence, or undefined when it may. 12 to 200 code points; not the person's
 * e-mail address, name or study (`own`), and nothing that is guessed first. No rule asks for kinds of characters.
 */
export function passwordFault(password: string, own: (string | null | undefined)[]): string | undefined {
  const length = codePointLength(password);
  if (length < SHORTEST_PASSWORD)
    return `Choose a password of ${SHORTEST_PASSWORD} characters or more; three or four words are easy to remember`;
  if (length > LONGEST_PASSWORD) return `Choose a password of ${LONGEST_PASSWORD} characters or fewer`;
  if (unstorableCharacter(password) !== undefined) return 'The password has a character that cannot be typed again';
  const plain = password.normalize('NFKC').toLowerCase().trim();
  if (own.some((text) => isAbout(plain, text)))
    return 'Choose a password that is not your name, your e-mail address or the name of your study';
  if (OF_THE_SITE.some((text) => isAbout(plain, text)) || isGuessedFirst(password))
    return 'This password is among those that are guessed first, or is known from break-ins elsewhere. Choose three or four words that do not belong together';
  return undefined;
}

// The name or address itself, alone or with little added: a few letters or a date, however they are set apart.
function isAbout(plain: string, text: string | null | undefined): boolean {
  const about = (text ?? '').normalize('NFKC').toLowerCase().trim();
  if (about === '') return false;
  const forms = [about, about.replace(/\s+/g, ''), about.split('@')[0] ?? ''].filter((form) => form.length >= 6);
  return forms.some((form) => plain.includes(form) && isLittle(plain.replace(form, '')));
}

function isLittle(added: string): boolean {
  const letters = added.match(/\p{L}/gu)?.length ?? 0;
  const digits = added.match(/\p{N}/gu)?.length ?? 0;
  return added.length <= 4 || letters + digits <= 4 || (letters === 0 && digits <= 8);
}
