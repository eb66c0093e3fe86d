import { isFirstName } from './first-names.ts';
import type { Found } from './identifier-patterns.ts';
import { beginsSentence, COMMON, NO_NAME } from './name-words.ts';
import type { Token } from './tokens.ts';

const words = (list: string) => new Set(list.split(' '));

const STREETS = words(
  'road rd street lane ln avenue ave close drive crescent gardens grove terrace square mews row walk way court place hill rise parade',
);
const BUILDINGS = words(
  'house centre center hospital clinic surgery practice school academy college university church chapel mosque temple cathedral synagogue gurdwara library hall lodge cottage ward park estate court flats tower towers hostel hotel inn arms station market hub',
);

// Capitals before "Centre" or "Road" that tell apart none of them, and words that begin a sentence.
const TELL_NOTHING = words(
  'a an the this that these those every each no any some another our your its my his her their at in on to from of by near and or but with for after before outside inside when while where then day drop job shopping resource resources community health leisure sports sport town city village main high side back front care nursing residential local medical advice contact service services information children childrens family youth primary secondary infant junior special sixth public open full half bus train railway police fire mental psychiatric general district council visited visit saw left went walked met all both one two new old big small',
);
const HALVES = words('new old north south east west great little');
const LIVING = words('lives live lived living born moved grew comes came from originally based');
const MOST_PARTS = 4;
const BLANK = /^[^\S\n]{1,3}$/u;

/** Streets and buildings with a name of their own, and where the words say that somebody lives or comes from. */
export function likelyPlaces(text: string, tokens: readonly Token[]): Found[] {
  const found: Found[] = [];
  for (const [index, token] of tokens.entries()) {
    const isStreet = STREETS.has(token.plain);
    if (isCapital(token) && (isStreet || BUILDINGS.has(token.plain))) {
      const first = beginningOfPlace(text, tokens, index, isStreet);
      if (first !== undefined) found.push({ from: tokens[first]!.from, to: token.to });
    } else if (isCapital(token) && isWhereSomebodyLives(text, tokens, index)) {
      found.push({ from: token.from, to: tokens[endOfPlace(text, tokens, index)]!.to });
    }
  }
  return found;
}

// Back over the capitals before "Road", and a house number before those.
function beginningOfPlace(text: string, tokens: readonly Token[], last: number, isStreet: boolean): number | undefined {
  let first: number | undefined;
  let at = last - 1;
  for (; at >= 0 && last - at <= MOST_PARTS; at -= 1) {
    const token = tokens[at]!;
    if (!/^(?:(?:['’]s)?[^\S\n]{1,2}|\.[^\S\n]|[-‐‑])$/u.test(text.slice(token.to, tokens[at + 1]!.from))) break;
    if (!isCapital(token) || token.shown.length < 2) break;
    if (TELL_NOTHING.has(token.plain) || NO_NAME.has(token.plain)) {
      // "14 High Street" is told by its number.
      if (first !== undefined || !isStreet) break;
      const number = tokens[at - 1];
      return number && isHouseNumber(number) && BLANK.test(text.slice(number.to, token.from)) ? at - 1 : undefined;
    }
    // "Visited Oak House": the capital is the sentence's own.
    if (first !== undefined && beginsSentence(text, token.from) && !isNameAlone(token)) break;
    first = at;
  }
  const number = first === undefined ? undefined : tokens[first - 1];
  if (number && isHouseNumber(number) && /^,?[^\S\n]{1,2}$/u.test(text.slice(number.to, tokens[first!]!.from)))
    return first! - 1;
  return first;
}

// "St Mary's Church", "Ann Lee House": what begins a sentence here is part of the name.
function isNameAlone({ plain }: Token): boolean {
  return plain === 'st' || plain === 'saint' || (isFirstName(plain) && !COMMON.has(plain));
}

function isHouseNumber({ shown }: Token): boolean {
  return /^\d{1,4}[a-z]?$/i.test(shown);
}

// "Lives in Salford", "born in Kraków", "moved to", "grew up in", "comes from".
function isWhereSomebodyLives(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]!;
  const [before, earlier, earliest] = [tokens[index - 1], tokens[index - 2], tokens[index - 3]];
  if (!before || !earlier || (tellsNothing(token) && !isHalfOfPlace(text, tokens, index))) return false;
  if (!/^\p{Lu}[\p{Ll}']+$/u.test(token.shown) || !BLANK.test(text.slice(before.to, token.from))) return false;
  if (!BLANK.test(text.slice(earlier.to, before.from))) return false;
  if (['in', 'near', 'to', 'from'].includes(before.plain) && LIVING.has(earlier.plain)) return true;
  return before.plain === 'in' && earlier.plain === 'up' && earliest?.plain === 'grew';
}

function tellsNothing({ plain }: Token): boolean {
  return NO_NAME.has(plain) || TELL_NOTHING.has(plain);
}

// "New Mills", "North Shields".
function isHalfOfPlace(text: string, tokens: readonly Token[], index: number): boolean {
  return HALVES.has(tokens[index]!.plain) && endOfPlace(text, tokens, index) > index;
}

function endOfPlace(text: string, tokens: readonly Token[], first: number): number {
  const next = tokens[first + 1];
  return next && isCapital(next) && !NO_NAME.has(next.plain) && BLANK.test(text.slice(tokens[first]!.to, next.from))
    ? first + 1
    : first;
}

function isCapital({ shown }: Token): boolean {
  return /^\p{Lu}/u.test(shown);
}
