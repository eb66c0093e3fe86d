import { isFirstName } from './first-names.ts';
import type { Found } from './identifier-patterns.ts';
import {
  beginsSentence,
  BODIES,
  CALLING,
  COMMON,
  DETERMINERS,
  MEETING,
  NO_NAME,
  PARTICLES,
  PEOPLE,
  SAYING,
  SPEAKING,
  TITLES,
} from './name-words.ts';
import type { Token } from './tokens.ts';

const MOST_PARTS = 4;
const BLANK = /^[^\S\n]{1,3}$/u;
const WITHIN = /^(?:[^\S\n]{1,2}|[-‐‑])$/u;

/**
 * Words that are written and placed as names of people are: after a title or a word for a person, after "met" or before
 * "said", or known as first names; with the last names that follow. What was told to be a name once is one everywhere.
 */
export function likelyNames(text: string, tokens: readonly Token[]): Found[] {
  const found: { first: number; last: number }[] = [];
  const told = new Set<string>();
  for (let index = 0; index < tokens.length; index += 1) {
    const reason = whyName(text, tokens, index);
    if (reason === undefined) continue;
    const first = reason === 'title' ? index + 1 : index;
    const last = endOfName(text, tokens, first);
    found.push({ first: index, last });
    for (let at = first; at <= last; at += 1)
      if (tokens[at]!.plain.length > 2 && !PARTICLES.has(tokens[at]!.plain)) told.add(tokens[at]!.plain);
    index = last;
  }
  const covered = new Set(found.flatMap(({ first, last }) => range(first, last)));
  for (const [index, token] of tokens.entries())
    if (!covered.has(index) && told.has(token.plain) && isAgain(text, tokens, index))
      found.push({ first: index, last: index });
  return found.map(({ first, last }) => ({ from: tokens[first]!.from, to: tokens[last]!.to }));
}

function whyName(text: string, tokens: readonly Token[], index: number): 'title' | 'cue' | 'first name' | undefined {
  const token = tokens[index]!;
  if (!/^\p{L}/u.test(token.shown)) return undefined;
  const next = tokens[index + 1];
  if (TITLES.has(token.plain) && next && isCapital(next) && !NO_NAME.has(next.plain)) {
    const between = text.slice(token.to, next.from);
    if (/^\.?[^\S\n]{1,3}$/u.test(between)) return 'title';
  }
  if (!isCapital(token) || isNobody(text, tokens, index)) return undefined;
  const begins = beginsSentence(text, token.from);
  if (isFirstName(token.plain) && isFirstNameHere(text, tokens, index, begins)) return 'first name';
  return !begins && hasCue(text, tokens, index) ? 'cue' : undefined;
}

// Whatever the rules say, a day, an acronym, or what a body is called is nobody's name.
function isNobody(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]!;
  const next = tokens[index + 1];
  if (token.shown.length < 2) return true;
  if (isShouted(token) && !(token.shown.length > 3 && isFirstName(token.plain))) return true;
  if (NO_NAME.has(token.plain) && !(isFirstName(token.plain) && isMet(text, tokens, index))) return true;
  if (BODIES.has(token.plain)) return true;
  if (!next || !BLANK.test(text.slice(token.to, next.from))) return false;
  // "Worker 2" is what somebody is called instead of a name.
  return /^\p{N}/u.test(next.shown) || isBody(text, tokens, index + 1);
}

// "Housing Support Services": the capitals up to the word that says what it is.
function isBody(text: string, tokens: readonly Token[], index: number): boolean {
  for (let at = index; at < index + 3; at += 1) {
    const token = tokens[at];
    if (!token || !isCapital(token)) return false;
    if (at > index && !BLANK.test(text.slice(tokens[at - 1]!.to, token.from))) return false;
    if (BODIES.has(token.plain)) return true;
  }
  return false;
}

function isFirstNameHere(text: string, tokens: readonly Token[], index: number, begins: boolean): boolean {
  const token = tokens[index]!;
  if (begins) return !COMMON.has(token.plain) || isFollowedBySaying(text, tokens, index);
  const before = wordBefore(text, tokens, index);
  // "The Martha Trust", "an Alexander technique"; but "my Sam".
  return before === undefined || !['a', 'an', 'the'].includes(before.plain);
}

function hasCue(text: string, tokens: readonly Token[], index: number): boolean {
  return isMet(text, tokens, index) || isSaid(text, tokens, index);
}

function isMet(text: string, tokens: readonly Token[], index: number): boolean {
  const before = wordBefore(text, tokens, index);
  if (before === undefined) return false;
  const earlier = wordBefore(text, tokens, index - 1);
  if (MEETING.has(before.plain)) return true;
  if (PEOPLE.has(before.plain)) return !isCapital(before);
  if (CALLING.has(before.plain)) return earlier !== undefined && PEOPLE.has(earlier.plain);
  if (['to', 'with', 'beside'].includes(before.plain)) return earlier !== undefined && SPEAKING.has(earlier.plain);
  return before.plain === 'is' && earlier?.plain === 'name';
}

function isSaid(text: string, tokens: readonly Token[], index: number): boolean {
  if (!isFollowedBySaying(text, tokens, index)) return false;
  const before = wordBefore(text, tokens, index);
  return before !== undefined && !DETERMINERS.has(before.plain) && !isCapital(before);
}

function isFollowedBySaying(text: string, tokens: readonly Token[], index: number): boolean {
  const [token, next] = [tokens[index]!, tokens[index + 1]];
  return next !== undefined && SAYING.has(next.shown) && BLANK.test(text.slice(token.to, next.from));
}

// The next name of a person, an initial, or "de la" before one.
function endOfName(text: string, tokens: readonly Token[], first: number): number {
  let last = first;
  for (let at = first + 1; at < tokens.length && at - first < MOST_PARTS; at += 1) {
    const [before, token] = [tokens[at - 1]!, tokens[at]!];
    const between = text.slice(before.to, token.from);
    const isAfterInitial = before.shown.length === 1 && /^\.[^\S\n]?$/u.test(between);
    if (!WITHIN.test(between) && !isAfterInitial) break;
    if (PARTICLES.has(token.plain) && !isCapital(token)) continue;
    if (!isCapital(token) || token.shown === 'I' || NO_NAME.has(token.plain) || BODIES.has(token.plain)) break;
    if (isShouted(token) && token.shown.length > 1 && !isShouted(tokens[first]!)) break;
    last = at;
  }
  return last;
}

function isAgain(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]!;
  if (!isCapital(token) || isNobody(text, tokens, index)) return false;
  if (beginsSentence(text, token.from)) return !COMMON.has(token.plain);
  const before = wordBefore(text, tokens, index);
  return before === undefined || !(COMMON.has(token.plain) && DETERMINERS.has(before.plain));
}

/** The word before, when nothing but blanks stands between. */
function wordBefore(text: string, tokens: readonly Token[], index: number): Token | undefined {
  const [before, token] = [tokens[index - 1], tokens[index]];
  return before && token && BLANK.test(text.slice(before.to, token.from)) ? before : undefined;
}

function isCapital({ shown }: Token): boolean {
  return /^\p{Lu}/u.test(shown);
}

function isShouted({ shown }: Token): boolean {
  return shown.length > 1 && !/\p{Ll}/u.test(shown);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
