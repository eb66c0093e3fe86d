import type { Term } from './search-words.ts';

/** A word of a text: UTF-16 [from, to). */
export type TextWord = { word: string; from: number; to: number };

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** The words of `text` in order; signs, hyphens and apostrophes stand between words. */
export function wordsOf(text: string): TextWord[] {
  return Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({ word, from: index, to: index + word.length }));
}

/**
 * Which words of a text count as which word of a search. Stems and accents are the database's business, so it says:
 * `matches` holds pairs joined by pairKey(); `ignored` are the words so common that they are never looked for.
 */
export type Likeness = { matches: ReadonlySet<string>; ignored: ReadonlySet<string> };

export function pairKey(asked: string, word: string): string {
  return `${asked}\n${word}`;
}

/** A word of a term as the database is asked about it: after "=" what has to stand so, not in another form; before "*" what it begins with. */
export function askedWords({ text, prefix, literal }: Term): string[] {
  const words = wordsOf(text).map(({ word }) => (literal || prefix ? `=${word}` : word));
  return words.map((word, index) => (prefix && index === words.length - 1 ? `${word}*` : word));
}

/** Where the terms stand in `text`: UTF-16 [from, to) in order, merged where they overlap. */
export function findMarks(text: string, terms: readonly Term[], likeness: Likeness): { from: number; to: number }[] {
  const words = wordsOf(text);
  const found = terms.flatMap((term) => {
    const asked = askedWords(term);
    if (asked.every((one) => likeness.ignored.has(one))) return [];
    const fits = (one: string, word: TextWord | undefined) =>
      word !== undefined && (likeness.ignored.has(one) || likeness.matches.has(pairKey(one, word.word)));
    return words.flatMap(({ from }, index) =>
      asked.every((one, step) => fits(one, words[index + step]))
        ? [{ from, to: words[index + asked.length - 1]!.to }]
        : [],
    );
  });
  const merged: { from: number; to: number }[] = [];
  for (const mark of found.toSorted((left, right) => left.from - right.from || left.to - right.to)) {
    const last = merged.at(-1);
    if (last && mark.from < last.to) last.to = Math.max(last.to, mark.to);
    else merged.push({ ...mark });
  }
  return merged;
}

/** A piece of a snippet, found words marked. */
export type Part = { text: string; marked: boolean };

const BEFORE = 120;
const WHOLE = 420;

/** The words in their context: the whole text when it is short, else a stretch that begins a little before the first mark. */
export function snippetOf(text: string, marks: readonly { from: number; to: number }[]): Part[] {
  const first = marks[0]?.from ?? 0;
  const [from, to] = text.length <= WHOLE ? [0, text.length] : stretch(text, first);
  return partsOf(text, marks, [from, to]);
}

/** The text, or [from, to) of it between ellipses, with what is marked in pieces of their own. */
export function partsOf(
  text: string,
  marks: readonly { from: number; to: number }[],
  [from, to]: readonly [number, number] = [0, text.length],
): Part[] {
  const parts: Part[] = [];
  const add = (piece: string, marked: boolean) => {
    if (piece !== '') parts.push({ text: piece, marked });
  };
  add(from > 0 ? '… ' : '', false);
  let at = from;
  for (const mark of marks) {
    if (mark.from < at || mark.to > to) continue;
    add(text.slice(at, mark.from), false);
    add(text.slice(mark.from, mark.to), true);
    at = mark.to;
  }
  add(text.slice(at, to), false);
  add(to < text.length ? ' …' : '', false);
  return parts;
}

// Cut at blanks where there are any near, and never inside a surrogate pair.
function stretch(text: string, first: number): [number, number] {
  const wanted = Math.max(0, first - BEFORE);
  const blank = wanted === 0 ? 0 : text.slice(wanted, first).search(/\s/) + 1;
  const from = wanted === 0 ? 0 : wanted + blank;
  const limit = Math.min(text.length, Math.max(from + WHOLE, first + 1));
  const lastBlank = limit === text.length ? -1 : text.slice(from, limit).search(/\s\S*$/);
  const to = lastBlank > first - from ? from + lastBlank : limit;
  return [whole(text, from), whole(text, to)];
}

function whole(text: string, index: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(index)) && index > 0 ? index - 1 : index;
}
