import { indexText } from '../shared/text.ts';
import { dates, emailAddresses, type Found, nhsNumbers, postcodes, telephoneNumbers } from './identifier-patterns.ts';
import { likelyNames } from './likely-names.ts';
import { likelyPlaces } from './likely-places.ts';
import { tokensOf } from './tokens.ts';

export type IdentifierKind = 'name' | 'place' | 'date' | 'postcode' | 'telephone' | 'email' | 'nhs-number';

/** Something that may tell who somebody is: half-open [start, end) in code points. */
export type LikelyIdentifier = { start: number; end: number; kind: IdentifierKind };

// What stands in [brackets] has been replaced already; only what its form gives away is looked for there.
const BRACKETED = /\[[^[\]\n]{1,120}\]/gu;

/**
 * What in `text` is likely to identify somebody, in order and never overlapping, whether or not the study knows them. It
 * prefers to be right: a reader who is shown too much stops reading. Nothing here proves that a text is safe.
 */
export function likelyIdentifiers(text: string): LikelyIdentifier[] {
  const tokens = tokensOf(text);
  const brackets = Array.from(text.matchAll(BRACKETED), ({ 0: whole, index }) => ({
    from: index,
    to: index + whole.length,
  }));
  // The surer form first: a number is not looked at again as a date.
  const found: [IdentifierKind, Found[]][] = [
    ['email', emailAddresses(text)],
    ['nhs-number', nhsNumbers(text)],
    ['telephone', telephoneNumbers(text)],
    ['postcode', postcodes(text)],
    ['date', dates(text)],
    ['place', outside(likelyPlaces(text, tokens), brackets)],
    ['name', outside(likelyNames(text, tokens), brackets)],
  ];
  let taken: (Found & { kind: IdentifierKind })[] = [];
  for (const [kind, places] of found) {
    const free = outside(places, taken).map((place) => ({ ...place, kind }));
    if (free.length > 0) taken = inOrder([...taken, ...free]);
  }
  const source = indexText(text);
  return taken.map(({ from, to, kind }) => ({ start: source.position(from), end: source.position(to), kind }));
}

/** Those of `places` that touch none of `taken` (in order) and none before them in `places`. */
function outside(places: readonly Found[], taken: readonly Found[]): Found[] {
  const free: Found[] = [];
  let next = 0;
  let end = 0;
  for (const place of inOrder(places)) {
    while (next < taken.length && taken[next]!.to <= place.from) next += 1;
    const other = taken[next];
    if (place.from < end || (other && other.from < place.to)) continue;
    free.push(place);
    end = place.to;
  }
  return free;
}

function inOrder<T extends Found>(places: readonly T[]): T[] {
  return places.toSorted((one, other) => one.from - other.from || other.to - one.to);
}
