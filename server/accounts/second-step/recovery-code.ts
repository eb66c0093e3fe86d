import { randomInt } from 'node:crypto';

// Nothing that reads like something else: no i, l, o, 0, 1.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LABEL = 4;
const LENGTH = 12;

export const RECOVERY_CODES = 10;

/** Ten codes such as "k7mw-x2pa-9rte"; no two begin alike, because the first four letters are how a code is found again. */
export function newRecoveryCodes(): string[] {
  const codes = new Map<string, string>();
  while (codes.size < RECOVERY_CODES) {
    const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    codes.set(letters.slice(0, LABEL), letters);
  }
  return [...codes.values()].map((letters) => letters.replaceAll(/(.{4})(?=.)/g, '$1-'));
}

/** What was typed, taken apart: the label to find the code by, and all of it to compare. Undefined when it is no code. */
export function readRecoveryCode(typed: string): { label: string; code: string } | undefined {
  const code = typed.toLowerCase().replaceAll(/[\s\-–]/g, '');
  if (code.length !== LENGTH || code.split('').some((letter) => !LETTERS.includes(letter))) return undefined;
  return { label: code.slice(0, LABEL), code };
}
