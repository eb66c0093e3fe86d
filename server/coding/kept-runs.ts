import { diffArrays } from 'diff';
import { likeLines } from './like-lines.ts';

/** A stretch that both texts have: [before, before + length) of the old one is [after, after + length) of the new. UTF-16. */
export type KeptRun = { before: number; after: number; length: number };

/** A line or a word, and where it stands in its text. */
export type Piece = { text: string; at: number };
type Changed = (old: Piece[], fresh: Piece[]) => void;
type Budget = { left: number };

// How far a comparison may go before it gives up. The work grows with the square of the edits found, so that a rewritten
// note of 2 MB costs as much as a rewritten page; the same two texts always come to the same end.
const LINE_EDITS = 600;
const WORD_EDITS = 600;
const ALL_WORD_EDITS_SQUARED = 1_500_000;

// What stands between blanks: a word with its quotation marks and full stop. Compared before the bare words, so that a
// mark that recurs stays with the word that it touches and is not taken for its like elsewhere.
const UNBROKEN = /\S+/gu;

// A word with its marks, apostrophes and hyphens; a picture with its modifiers; else one character that is not blank.
const TOKEN =
  /[\p{L}\p{N}\p{M}_]+(?:['’-][\p{L}\p{N}\p{M}_]+)*|\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}\u200d]*|\S/gu;

/**
 * What `after` has kept of `before`, in order: whole lines first, then what stands between blanks inside the lines that
 * changed, then the words inside those. A word that grew or shrank is not kept. Where many lines changed and too much in
 * them to be compared at once, each is compared with the line that it is like. Where the texts differ too much even so,
 * that part has no runs.
 */
export function keptRuns(before: string, after: string): KeptRun[] {
  const runs: KeptRun[] = [];
  const budget = { left: ALL_WORD_EDITS_SQUARED };
  const lines = compared(linesOf(before), linesOf(after), LINE_EDITS);
  report(lines, runs, (old, fresh) => walkWords(old, fresh, budget, runs));
  return runs;
}

/** The run that holds the character at UTF-16 index `at` of the old text, or undefined. */
export function runAt(runs: readonly KeptRun[], at: number): KeptRun | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.before <= at) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  return run !== undefined && at < run.before + run.length ? run : undefined;
}

// Lines that changed, word by word: all at once, since one may have become two; and where that is too much, each with the
// line that it is like.
function walkWords(old: Piece[], fresh: Piece[], budget: Budget, runs: KeptRun[]): void {
  const whole = comparedWithin(budget, partsOf(old, UNBROKEN), partsOf(fresh, UNBROKEN));
  const pairs = whole.changes === undefined && old.length > 1 && fresh.length > 1 ? likeLines(old, fresh) : [];
  if (pairs.length > 0) for (const pair of pairs) walkWords(pair.old, pair.fresh, budget, runs);
  else
    report(whole, runs, (some, others) =>
      report(comparedWithin(budget, partsOf(some, TOKEN), partsOf(others, TOKEN)), runs, () => {}),
    );
}

function comparedWithin(budget: Budget, old: Piece[], fresh: Piece[]): Comparison {
  const most = Math.min(WORD_EDITS, Math.floor(Math.sqrt(Math.max(0, budget.left))));
  const comparison = compared(old, fresh, most);
  budget.left -= comparison.edits ** 2;
  return comparison;
}

/** Two texts in pieces: how many they share at their beginnings and ends, and how they differ between. */
type Comparison = {
  old: Piece[];
  fresh: Piece[];
  head: number;
  tail: number;
  /** Undefined where they differ too much. */
  changes: ReturnType<typeof diffArrays<string>> | undefined;
  edits: number;
};

function compared(old: Piece[], fresh: Piece[], maxEdits: number): Comparison {
  let head = 0;
  while (head < old.length && head < fresh.length && old[head]!.text === fresh[head]!.text) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail]!.text === fresh[fresh.length - 1 - tail]!.text
  )
    tail += 1;
  const [left, right] = [old.length - head - tail, fresh.length - head - tail];
  // Nothing of the one is left, so that nothing is to be compared.
  if (left === 0 || right === 0) return { old, fresh, head, tail, changes: [], edits: 0 };
  const middle = (pieces: Piece[]) => pieces.slice(head, pieces.length - tail).map(({ text }) => text);
  const changes = diffArrays(middle(old), middle(fresh), { maxEditLength: maxEdits });
  const edits =
    changes?.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0) ?? maxEdits;
  return { old, fresh, head, tail, changes, edits };
}

// What is equal becomes runs, and what is not is handed to `changed`, in order.
function report({ old, fresh, head, tail, changes }: Comparison, runs: KeptRun[], changed: Changed): void {
  keep(old, fresh, 0, 0, head, runs);
  const [oldEnd, freshEnd] = [old.length - tail, fresh.length - tail];
  let [i, j] = [head, head];
  let [gapI, gapJ] = [head, head];
  const closeGap = () => {
    if (i > gapI && j > gapJ) changed(old.slice(gapI, i), fresh.slice(gapJ, j));
  };
  for (const { added, removed, count } of changes ?? []) {
    if (removed) i += count;
    else if (added) j += count;
    else {
      closeGap();
      keep(old, fresh, i, j, count, runs);
      [i, j] = [i + count, j + count];
      [gapI, gapJ] = [i, j];
    }
  }
  [i, j] = [oldEnd, freshEnd];
  closeGap();
  keep(old, fresh, oldEnd, freshEnd, tail, runs);
}

// Piece by piece, so that a run never reaches over blanks that may have changed.
function keep(old: Piece[], fresh: Piece[], i: number, j: number, count: number, runs: KeptRun[]): void {
  for (let offset = 0; offset < count; offset += 1) {
    const { text, at: before } = old[i + offset]!;
    const { at: after } = fresh[j + offset]!;
    runs.push({ before, after, length: text.length });
  }
}

// Those with words in them. Every note has blank ones between its paragraphs: the first blank line of the one text would
// be taken for that of the other, and with a paragraph put before them all, each would be compared with the wrong one.
function linesOf(text: string): Piece[] {
  const lines: Piece[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') lines.push({ text: line, at });
    at += line.length + 1;
  }
  return lines;
}

function partsOf(pieces: Piece[], pattern: RegExp): Piece[] {
  return pieces.flatMap(({ text, at }) =>
    [...text.matchAll(pattern)].map((match) => ({ text: match[0], at: at + match.index })),
  );
}
