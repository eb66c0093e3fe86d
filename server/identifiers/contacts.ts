import type { KnownContact } from '../identities/known-names.ts';
import { indexText } from '../shared/text.ts';
import { calendarDay } from './calendar-day.ts';
import { dates, emailAddresses, type Found, postcodes, telephoneNumbers } from './identifier-patterns.ts';
import { ownStreets, streetsIn, tellsHome } from './streets.ts';

export type ContactKind = 'telephone' | 'email' | 'postcode' | 'address' | 'born';

/** Where a text tells it: half-open [start, end) in code points, and of whom it is. */
export type ContactMention = { start: number; end: number; kind: ContactKind; participantIds: string[] };

type Written = Found & { kind: ContactKind; key: string };

// A number of which a text may leave out the code of the area.
const WHOLE_NUMBER = 10;

/**
 * Finds in texts what is known of how people are reached, in whatever way it is written: "+44 161 496 0000" is the
 * "0161 4960000" of an identity, "3rd of May 1964" its "03/05/64".
 */
export function createContactFinder(known: readonly KnownContact[]): (text: string) => ContactMention[] {
  const people = new Map<string, Set<string>>();
  const kinds = new Set<ContactKind>();
  const note = ({ kind, key }: Pick<Written, 'kind' | 'key'>, participantId: string): void => {
    kinds.add(kind);
    const own = people.get(`${kind}\n${key}`) ?? new Set();
    people.set(`${kind}\n${key}`, own.add(participantId));
  };
  for (const { participantId, contact, born } of known) {
    for (const { key } of ownStreets(contact)) note({ kind: 'address', key }, participantId);
    for (const written of contactsIn(contact, REACHED)) {
      note(written, participantId);
      if (written.kind === 'telephone' && written.key.length >= WHOLE_NUMBER)
        for (const length of [6, 7, 8])
          note({ kind: 'telephone', key: `…${written.key.slice(-length)}` }, participantId);
    }
    for (const written of bornIn(born)) note(written, participantId);
  }
  if (kinds.size === 0) return () => [];
  return (text) => {
    const found = contactsIn(text, kinds, (key) => people.has(`address\n${key}`)).flatMap(({ from, to, kind, key }) => {
      const isShort = kind === 'telephone' && key.length < WHOLE_NUMBER;
      const own = people.get(`${kind}\n${key}`) ?? (isShort ? people.get(`${kind}\n…${key}`) : undefined);
      return own ? [{ from, to, kind, participantIds: [...own] }] : [];
    });
    if (found.length === 0) return [];
    const source = indexText(text);
    return withoutOverlaps(found).map(({ from, to, kind, participantIds }) => ({
      start: source.position(from),
      end: source.position(to),
      kind,
      participantIds,
    }));
  };
}

// A date among contact details is that of some talk, and nobody's birth.
const REACHED: ReadonlySet<ContactKind> = new Set(['telephone', 'email', 'postcode']);

function contactsIn(
  text: string,
  kinds: ReadonlySet<ContactKind>,
  isStreet: (key: string) => boolean = () => true,
): Written[] {
  const hasFigures = /\d/.test(text);
  const of = (kind: ContactKind, found: Found[], keyOf: (words: string) => string | undefined): Written[] =>
    found.flatMap(({ from, to }) => {
      const key = keyOf(text.slice(from, to));
      return key === undefined ? [] : [{ from, to, kind, key }];
    });
  return [
    ...(kinds.has('email') && text.includes('@')
      ? of('email', emailAddresses(text), (words) => words.normalize('NFC').toLowerCase())
      : []),
    ...(kinds.has('telephone') && hasFigures ? of('telephone', telephoneNumbers(text), telephoneKey) : []),
    ...(kinds.has('postcode') && hasFigures
      ? of('postcode', postcodes(text), (words) => words.replaceAll(/\s/gu, '').toUpperCase())
      : []),
    ...(kinds.has('born') && hasFigures ? of('born', dates(text), calendarDay) : []),
    ...(kinds.has('address')
      ? streetsIn(text, isStreet)
          .filter(tellsHome)
          .map((one) => ({ ...one, kind: 'address' as const }))
      : []),
  ];
}

function bornIn(born: string): Written[] {
  const found = contactsIn(born, new Set(['born']));
  if (found.length > 0) return found;
  const key = calendarDay(born.trim());
  return key === undefined ? [] : [{ from: 0, to: born.length, kind: 'born', key }];
}

/** "01614960000" of "+44 (0)161 496 0000". */
function telephoneKey(words: string): string {
  const figures = words.replaceAll(/\D/g, '');
  if (/^\s*\(?\+44|^\s*00 ?44/.test(words)) return `0${figures.replace(/^(?:00)?44/, '').replace(/^0/, '')}`;
  return figures;
}

// What begins first goes before what it reaches into; of two at one place the longer.
function withoutOverlaps<T extends Found>(found: readonly T[]): T[] {
  const free: T[] = [];
  for (const one of found.toSorted((a, b) => a.from - b.from || b.to - a.to))
    if (one.from >= (free.at(-1)?.to ?? 0)) free.push(one);
  return free;
}
