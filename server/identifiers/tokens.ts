// A text as its words, so that names are compared word by word and never inside one.

/** One word: UTF-16 [from, to) of the text without a possessive, and what it is compared by. */
export type Token = {
  from: number;
  to: number;
  /** In NFC, with straight apostrophes and without characters that show nothing. */
  shown: string;
  /** The same in lower case. */
  word: string;
  /** The same without accents, other marks and apostrophes, in plain letters: "Łukasz" and "Lukasz" are one. */
  plain: string;
};

/** How an apostrophe is typed: a class for patterns. */
export const APOSTROPHE = "['’ʼ‘`´′]";

// Letters, digits and marks, with apostrophes and invisible characters between them. Each step takes one character of a
// class of its own, so that no text makes it go back.
const WORD = new RegExp(
  `[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}\\u00ad\\u200b-\\u200d\\u2060\\ufeff]|${APOSTROPHE}(?=[\\p{L}\\p{N}]))*`,
  'gu',
);
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/gu;
const APOSTROPHES = new RegExp(APOSTROPHE, 'gu');
// "Ann’s", and what is spoken together: "Ann’ll", "Sam’d".
const ENDING = new RegExp(`${APOSTROPHE}(?:s|ll|d|ve|re|m)$`, 'iu');
// Letters that Unicode takes for others, and that are written as these where a keyboard has no such key.
const PLAIN_LETTERS: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};
const OTHER_LETTERS = new RegExp(`[${Object.keys(PLAIN_LETTERS).join('')}]`, 'gu');
const IS_ASCII = /^[A-Za-z0-9]+$/;

/** The words of `text` in their order; "Ann’s" is the word "Ann". */
export function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(WORD), ({ 0: found, index }) => token(found, index));
}

function token(found: string, from: number): Token {
  const bare = IS_ASCII.test(found) ? found : found.replace(ENDING, '');
  const to = from + bare.length;
  if (IS_ASCII.test(bare)) {
    const word = bare.toLowerCase();
    return { from, to, shown: bare, word, plain: word };
  }
  const shown = bare.replaceAll(INVISIBLE, '').replaceAll(APOSTROPHES, "'").normalize('NFC');
  const word = shown.toLowerCase();
  return { from, to, shown, word, plain: plainOf(word) };
}

function plainOf(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}']/gu, '')
    .replaceAll(OTHER_LETTERS, (letter) => PLAIN_LETTERS[letter]!);
}

/** Whether the word is written as names are: with a capital in front, or in a script that has none. */
export function isWrittenAsName({ shown }: Token): boolean {
  return !/^\p{Ll}/u.test(shown);
}

// Behind the apostrophe of "Weavers' Yard" too.
const GAP = new RegExp(`^${APOSTROPHE}?(?:[^\\S\\n]*\\n?[^\\S\\n]*|[-‐‑])$`, 'u');
const STOP = /^\.[^\S\n]*$/u;
const HYPHEN = /^[-‐‑]$/u;

/** Whether `between` may stand after `token` inside a name: blanks with one newline, a hyphen, a full stop of an initial. */
export function joinsName(token: Token, between: string): boolean {
  if (between.length === 0 || between.length > 20) return false;
  return GAP.test(between) || (token.plain.length <= 2 && STOP.test(between));
}

export function isHyphen(between: string): boolean {
  return HYPHEN.test(between);
}
