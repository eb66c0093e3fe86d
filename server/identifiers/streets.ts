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
const KIND = new RegExp(`\\b(?:${[...WHOLE, ...Object.keys(KINDS)].join('|')})\\b`, 'gi');
const NAME = /[\p{L}\p{M}’'.-]{1,30}$/u;
const LONGEST_NAME = 30;
const MOST_WORDS = 3;
const NUMBER =
  /(?:(?<![\p{L}\p{N}])(?:flat|apartment|apt|unit|room)\.?[ \u00a0]{1,2}[\p{L}\p{N}]{1,4}[ \u00a0,]{1,3})?(?<![\p{L}\p{N}])(?:no\.?[ \u00a0]?)?\d{1,4}(?:[ \u00a0]?\p{L}(?!\p{L}))?[ \u00a0,]{1,3}$/iu;
const MOST_BEFORE = 120;

export type Street = Found & { key: string; hasNumber: boolean; isWrittenAsName: boolean };

/**
 * What may be a street in a text, with the number of a house before it where it has one: "Flat 2, 14 Rosslyn Rd". `key` is
 * the same however it is shortened. As many words before the kind of street as may be its name are tried, the most first;
 * `isWanted` says which keys are looked at further.
 */
export function streetsIn(text: string, isWanted: (key: string) => boolean = () => true): Street[] {
  return Array.from(text.matchAll(KIND)).flatMap(({ 0: kind, index }) => {
    const before = text.slice(Math.max(0, index - MOST_BEFORE), index).replaceAll('\u00a0', ' ');
    const streets: Street[] = [];
    const own: string[] = [];
    let from = index;
    while (own.length < MOST_WORDS) {
      const word = wordBefore(before, from - index + before.length);
      if (word === undefined) break;
      own.unshift(word.text);
      from = word.from + index - before.length;
      const key = keyOf(own, kind);
      if (!isWanted(key)) continue;
      const number = NUMBER.exec(text.slice(Math.max(0, from - MOST_BEFORE), from))?.[0] ?? '';
      streets.unshift({
        from: from - number.length,
        to: index + kind.length,
        key,
        hasNumber: number !== '',
        isWrittenAsName: [...own, kind].every((one) => /^\p{Lu}/u.test(one)),
      });
    }
    return streets;
  });
}

// The word that ends before `at`, with up to three blanks between.
function wordBefore(text: string, at: number): { text: string; from: number } | undefined {
  let end = at;
  while (end > 0 && at - end < MOST_WORDS && text[end - 1] === ' ') end -= 1;
  if (end === at) return undefined;
  const word = NAME.exec(text.slice(Math.max(0, end - LONGEST_NAME), end))?.[0];
  return word === undefined ? undefined : { text: word, from: end - word.length };
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

function keyOf(words: readonly string[], kind: string): string {
  const plain = [...words, KINDS[kind.toLowerCase()] ?? kind].join(' ');
  return plain
    .normalize('NFD')
    .replaceAll(/[\p{M}’'.]/gu, '')
    .toLowerCase();
}
