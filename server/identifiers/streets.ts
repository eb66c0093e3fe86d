import type { Found } from './identifier-patterns.ts';

// What streets are called, by their whole words and the short ones for them.
const KINDS: Record<string, string> = {
  rd: 'road',
  st: 'street',
  ave: 'avenue',
  av: 'avenue',
  ln: 'lane',
  dr: 'drive',
  ct: 'court',
  cres: 'crescent',
  cl: 'close',
  pl: 'place',
  sq: 'square',
  gdns: 'gardens',
  terr: 'terrace',
  ter: 'terrace',
};
const WHOLE =
  'road street avenue lane drive court crescent close place square gardens terrace grove row walk way mews rise hill park view green house'.split(
    ' ',
  );
const KIND = new RegExp(
  `(?<=[\\p{L}\\p{M}’'.][ \\u00a0]{1,3})(${[...WHOLE, ...Object.keys(KINDS)].join('|')})(?![\\p{L}\\p{N}])`,
  'giu',
);
const NAME = /(?:[\p{L}\p{M}’'.-]{1,30}[ \u00a0]{1,3}){1,3}$/u;
const NUMBER =
  /(?:(?<![\p{L}\p{N}])(?:flat|apartment|apt|unit|room)\.?[ \u00a0]{1,2}[\p{L}\p{N}]{1,4}[ \u00a0,]{1,3})?(?<![\p{L}\p{N}])(?:no\.?[ \u00a0]?)?\d{1,4}(?:[ \u00a0]?\p{L}(?!\p{L}))?[ \u00a0,]{1,3}$/iu;
const MOST_BEFORE = 120;

export type Street = Found & { key: string; hasNumber: boolean; isWrittenAsName: boolean };

/**
 * What may be a street in a text, with the number of a house before it where it has one: "Flat 2, 14 Rosslyn Rd". `key` is
 * the same however it is shortened. As many words before the kind of street as may be its name are tried, the most first.
 */
export function streetsIn(text: string): Street[] {
  return Array.from(text.matchAll(KIND)).flatMap(({ 0: kind, index }) => {
    const before = text.slice(Math.max(0, index - MOST_BEFORE), index);
    const words = (NAME.exec(before)?.[0] ?? '').split(/[ \u00a0]+/u).filter((word) => word !== '');
    return words.map((_, at) => {
      const own = words.slice(at);
      const from = beginningOf(before, own.length) + index - before.length;
      const number = NUMBER.exec(text.slice(Math.max(0, from - MOST_BEFORE), from))?.[0] ?? '';
      return {
        from: from - number.length,
        to: index + kind.length,
        key: keyOf(own, kind),
        hasNumber: number !== '',
        isWrittenAsName: [...own, kind].every((word) => /^\p{Lu}/u.test(word)),
      };
    });
  });
}

/** The streets of somebody's address: with a number, or written as names are. */
export function ownStreets(contact: string): Street[] {
  const byEnd = new Map<number, Street>();
  for (const street of streetsIn(contact)) {
    const known = byEnd.get(street.to);
    if (street.hasNumber ? !known?.hasNumber : street.isWrittenAsName && !known) byEnd.set(street.to, street);
  }
  return [...byEnd.values()];
}

// Every town has one: without a number it tells nothing of anybody.
const EVERYWHERE = /^(?:the )?(?:high|main|church|station|market|mill|school|park|victoria|queens|kings) /;

/** Whether a street of a text tells where somebody lives whose street it is. */
export function tellsHome({ key, hasNumber }: Street): boolean {
  return hasNumber || !EVERYWHERE.test(key);
}

// Where the last `count` words begin.
function beginningOf(before: string, count: number): number {
  return new RegExp(`(?:[\\p{L}\\p{M}’'.-]{1,30}[ \\u00a0]{1,3}){${count}}$`, 'u').exec(before)!.index;
}

function keyOf(words: readonly string[], kind: string): string {
  const plain = [...words, KINDS[kind.toLowerCase()] ?? kind].join(' ');
  return plain
    .normalize('NFD')
    .replaceAll(/[\p{M}’'.]/gu, '')
    .toLowerCase();
}
