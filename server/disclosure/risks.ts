import { type IdentifierKind, likelyIdentifiers } from '../identifiers/likely-identifiers.ts';
import { codePointLength, sliceCodePoints } from '../shared/text.ts';

/** What may still tell who somebody is, in a text as it would leave. */
export type RiskKind = IdentifierKind | 'doubtful' | 'rare-role' | 'rare-age';

/** In what part of which extract, theme or note it stands: half-open [start, end) in code points of the text as it would leave. */
export type RiskPlace = { extract: string; note: string; field: RiskField; start: number; end: number };
export type RiskField =
  | 'quote'
  | 'contextBefore'
  | 'contextAfter'
  | 'noteTitle'
  | 'themePath'
  | 'themeText'
  | 'memoText'
  | 'body';

export type Finding = { kind: RiskKind; start: number; end: number; words: string };

export const RARE_BELOW = 3;

/** Likely identifiers of a text whose known names are replaced already; `isKnownWord` says which words stand for nobody. */
export function findingsIn(text: string, isPseudonym: (words: string) => boolean): Finding[] {
  return likelyIdentifiers(text)
    .map(({ start, end, kind }) => ({ kind, start, end, words: sliceCodePoints(text, start, end) }))
    .filter(({ kind, words }) => !((kind === 'name' || kind === 'place') && isPseudonym(words)));
}

const ROLES: [role: string, words: RegExp][] = [
  ['manager', /\b(?:manager|team leader|director|chief executive|coordinator|co-ordinator)\b/iu],
  ['carer', /\bcarer\b/iu],
  ['volunteer', /\bvolunteer\b/iu],
  ['worker', /\b(?:support worker|social worker|link worker|key ?worker|nurse|psychologist|psychiatrist)\b/iu],
];
const AGE =
  /\b(?:aged|age of|age)[ \u00a0]+(\d{1,3})\b|\b(\d{1,3})[- \u00a0]years?[- \u00a0]old\b|\bin (?:his|her|their) (?:(?:early|mid|late)[- ])?(teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b/giu;

export type Roles = ReadonlyMap<string, number>;

/** Roles of which so few people are known that a mention of the role tells who is meant. */
export function rareRolesIn(
  text: string,
  counts: (role: string) => number,
): { role: string; start: number; end: number }[] {
  return ROLES.flatMap(([role, words]) => {
    const count = counts(role);
    if (count === 0 || count >= RARE_BELOW) return [];
    const match = words.exec(text);
    return match ? [{ role, ...pointsOf(text, match.index, match[0].length) }] : [];
  });
}

/** Ages that a text gives: "aged 47", "47-year-old", "in her eighties". */
export function agesIn(text: string): { age: string; start: number; end: number }[] {
  return Array.from(text.matchAll(AGE), (match) => ({
    age: (match[1] ?? match[2] ?? match[3])!.toLowerCase(),
    ...pointsOf(text, match.index, match[0].length),
  }));
}

function pointsOf(text: string, index: number, length: number): { start: number; end: number } {
  const start = codePointLength(text.slice(0, index));
  return { start, end: start + codePointLength(text.slice(index, index + length)) };
}
