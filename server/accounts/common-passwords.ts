import { dictionary } from '@zxcvbn-ts/language-common';

// Some 49,000 passwords that became known when sites were broken into, the most frequent first, in small letters.
const KNOWN = new Set<string>(dictionary['passwords-common']);

// What people type instead of a letter.
const INSTEAD: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
};

/**
 * Whether this is a password that is guessed before all others: one that is known, also with digits and signs before or
 * after it, with signs for letters or twice over, or nothing but rows of neighbouring characters.
 */
export function isGuessedFirst(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase().trim();
  const solid = plain.replaceAll(/\s+/g, '');
  return [plain, solid].some((text) => isKnown(text) || isRepeated(text)) || isMadeOfRows(plain);
}

function isKnown(text: string): boolean {
  return coresOf(text).some((core) => KNOWN.has(core) || KNOWN.has(withLetters(core)));
}

function withLetters(text: string): string {
  return Array.from(text, (sign) => INSTEAD[sign] ?? sign).join('');
}

// The text itself, without signs at its ends, without digits and signs at the end, and at both.
function coresOf(text: string): string[] {
  const unsigned = text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const begun = text.replace(/\P{L}+$/u, '');
  const lettered = begun.replace(/^\P{L}+/u, '');
  return [text, unsigned, begun, lettered].filter((core) => core.length >= 4);
}

function isRepeated(text: string): boolean {
  const unit = /^(.+?)\1+$/su.exec(text)?.[1];
  return unit !== undefined && (Array.from(unit).length <= 4 || isKnown(unit));
}

// "abcdef123456" is two rows, "111122223333" three: of four characters or more on average.
function isMadeOfRows(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  let rows = 1;
  let step: number | undefined;
  for (let at = 1; at < points.length; at += 1) {
    const next = (points[at] ?? 0) - (points[at - 1] ?? 0);
    if (Math.abs(next) <= 1 && (step === undefined || step === next)) step = next;
    else {
      rows += 1;
      step = undefined;
    }
  }
  return rows * 4 <= points.length;
}
