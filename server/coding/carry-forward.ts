import { indexText } from '../shared/text.ts';
import { keptRuns, runAt } from './kept-runs.ts';
import type { Passage } from './passage.ts';

/** A coding as it was placed in the old text: [start, end) in code points, and the words it quotes. */
export type Placed = Passage & { id: string; quote: string };

// A quote of this many characters that are not blank is taken for one and the same when it occurs once in either text.
const TELLING = 20;
// What must stand unchanged beside a shorter one that went missing before it is believed to be back.
const SURROUNDINGS = 12;
// Characters that searches for moved quotes may read, all together, before the rest is left to a person.
const SEARCH_BUDGET = 400_000_000;

/**
 * Where the codings of `before` stand in `after`: by id, for those whose words are there unchanged, and nothing for the
 * others, whose words are gone, changed, or in two places that cannot be told apart. The words at a new place are equal
 * to the quote, code point by code point. `returning` is for codings that an earlier revision had lost: a short quote is
 * then believed only among the words it stood in.
 */
export function carryForward(
  before: string,
  after: string,
  codings: readonly Placed[],
  { returning = false }: { returning?: boolean } = {},
): Map<string, Passage> {
  const places = new Map<string, Passage>();
  if (codings.length === 0) return places;
  const [old, fresh] = [indexText(before), indexText(after)];
  const runs = keptRuns(before, after);
  let budget = SEARCH_BUDGET;

  for (const { id, start, end, quote } of codings) {
    const from = old.utf16(start);
    const to = from + quote.length;
    if (before.slice(from, to) !== quote) continue;
    const at = keptPlace(from, quote) ?? movedPlace(from, quote);
    if (at === undefined) continue;
    const position = fresh.position(at);
    places.set(id, { start: position, end: position + (end - start) });
  }
  return places;

  // The first and the last letter were kept at one distance, and all between them is equal.
  function keptPlace(from: number, quote: string): number | undefined {
    const first = from + quote.length - quote.trimStart().length;
    const last = from + quote.trimEnd().length - 1;
    const [opening, closing] = [runAt(runs, first), runAt(runs, last)];
    if (!opening || !closing) return undefined;
    const distance = opening.after - opening.before;
    const at = from + distance;
    if (closing.after - closing.before !== distance || after.slice(at, at + quote.length) !== quote) return undefined;
    return !returning || isTelling(quote) || sameSurroundings(from, at, quote.length) ? at : undefined;
  }

  // Cut and pasted elsewhere: only when there is no doubt which place is meant.
  function movedPlace(from: number, quote: string): number | undefined {
    if (!isTelling(quote) || budget < 0) return undefined;
    budget -= before.length + after.length;
    const at = after.indexOf(quote);
    if (at === -1 || after.includes(quote, at + 1)) return undefined;
    if (before.indexOf(quote) !== from || before.includes(quote, from + 1)) return undefined;
    return splitsWord(after, at) || splitsWord(after, at + quote.length) ? undefined : at;
  }

  // All of one side's neighbours, or what there is on both sides up to the ends of the text.
  function sameSurroundings(from: number, at: number, length: number): boolean {
    const left = before.slice(Math.max(0, from - SURROUNDINGS), from);
    const right = before.slice(from + length, from + length + SURROUNDINGS);
    const sameLeft = left === after.slice(Math.max(0, at - SURROUNDINGS), at);
    const sameRight = right === after.slice(at + length, at + length + SURROUNDINGS);
    return (
      (sameLeft && sameRight) ||
      (sameLeft && left.length === SURROUNDINGS) ||
      (sameRight && right.length === SURROUNDINGS)
    );
  }
}

function isTelling(quote: string): boolean {
  return quote.replaceAll(/\s/gu, '').length >= TELLING;
}

// Whether `at` lies between two letters, marks or digits of one word.
function splitsWord(text: string, at: number): boolean {
  return (
    /[\p{L}\p{N}\p{M}\u200d]$/u.test(text.slice(Math.max(0, at - 2), at)) &&
    /^[\p{L}\p{N}\p{M}\u200d]/u.test(text.slice(at, at + 2))
  );
}
