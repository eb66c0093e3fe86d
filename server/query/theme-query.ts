import { descendantIds, type ThemeNode } from '../codebook/theme-tree.ts';

/**
 * How passages of one side (A) have to stand to those of the other (B). Passages are half-open [start, end), so touching
 * ends do not overlap.
 *
 * - `alone`: A by itself.
 * - `or`: the passages of A and those of B.
 * - `and`: the words that a passage of A and a passage of B have in common.
 * - `overlapping`: the passages of A that share at least one character with a passage of B, whole.
 * - `paragraph`: the passages of A that stand, or begin or end, in a paragraph in which one of B does too.
 * - `note`: the passages of A in notes that have a passage of B.
 * - `near`: the passages of A with at most so many words between them and a passage of B of the same note, on either side.
 *   Words are what stands between blanks. A word that a passage cuts through is not between them; passages that overlap
 *   or touch have no word between them.
 */
export const RELATIONS = ['alone', 'or', 'and', 'overlapping', 'paragraph', 'note', 'near'] as const;
export type Relation = (typeof RELATIONS)[number];

/** How far a passage of the not-side reaches: over what it overlaps, through its paragraph, or through its note. */
export const REACHES = ['overlapping', 'paragraph', 'note'] as const;
export type Reach = (typeof REACHES)[number];

/** Named as the fields of the form. Each side means any of its themes; an empty filter asks nothing. */
export type ThemeQuery = {
  a: string[];
  relation: Relation;
  b: string[];
  words: number;
  not: string[];
  reach: Reach;
  roll: 'yes' | 'no';
  coder: string[];
  agency: string[];
  phase: string[];
  from: string | null;
  to: string | null;
  /** Leaves out notes that are not de-identified yet; queries kept from before it could be asked have none. */
  deidentified?: 'only' | null;
};

export const RELATION_NAMES: Record<Relation, string> = {
  alone: 'by itself',
  or: 'or',
  and: 'and, on the same words',
  overlapping: 'overlapping',
  paragraph: 'in the same paragraph as',
  note: 'in the same note as',
  near: 'near',
};

export const REACH_NAMES: Record<Reach, string> = {
  overlapping: 'overlapping it',
  paragraph: 'in the same paragraph',
  note: 'in the same note',
};

/** Whether the relation compares places in the text. Codings that need review have none, and are then left out. */
export function comparesPlaces(relation: Relation | Reach): boolean {
  return !['alone', 'or', 'note'].includes(relation);
}

/** The themes of a side that are still in the codebook; with all below them when they are rolled up. */
export function themesOf(
  ids: readonly string[],
  { roll }: Pick<ThemeQuery, 'roll'>,
  themes: readonly ThemeNode[],
): string[] {
  const present = ids.filter((id) => themes.some((theme) => theme.id === id));
  return [...new Set(roll === 'yes' ? present.flatMap((id) => descendantIds(themes, id)) : present)];
}

/** The query as form fields, for hidden inputs and addresses. */
export function queryFields(query: ThemeQuery): [name: string, value: string][] {
  return Object.entries(query).flatMap(([name, value]) => {
    if (name === 'words' && query.relation !== 'near') return [];
    if (name === 'reach' && query.not.length === 0) return [];
    const values = Array.isArray(value) ? value : value === null || value === undefined ? [] : [String(value)];
    return values.map((one): [string, string] => [name, one]);
  });
}

export function queryHref(base: string, query: ThemeQuery, more: Record<string, string> = {}): string {
  return `${base}?${new URLSearchParams([...queryFields(query), ...Object.entries(more)])}`;
}

/** The query as a sentence: 'Courtesy, near (at most 5 words) Waiting, but not Food in the same note'. */
export function inWords(query: ThemeQuery, nameOf: (id: string) => string): string {
  const side = (ids: string[]) => ids.map(nameOf).join(' or ');
  const relation =
    query.relation === 'near'
      ? `near (at most ${query.words} ${query.words === 1 ? 'word' : 'words'} between)`
      : RELATION_NAMES[query.relation];
  const main = query.relation === 'alone' ? side(query.a) : `${side(query.a)} — ${relation} — ${side(query.b)}`;
  return query.not.length === 0 ? main : `${main}, but not where ${side(query.not)} is ${REACH_NAMES[query.reach]}`;
}
