import { diffArrays } from 'diff';

/** A stretch that both texts have: [before, before + length) of the old one is [after, after + length) of the new. UTF-16. */
export type KeptRun = { before: number; after: number; length: number };

type Piece = { text: string; at: number };
type Changed = (old: Piece[], fresh: Piece[]) => void;

// How far a comparison may go before it gives up. The work grows with the square, so that a rewritten note of 2 MB costs
// as much as a rewritten page; the same two texts always come to the same end.
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
 * changed, then the words inside those. A word that grew or shrank is not kept. Where the texts differ too much to
 * compare, that part has no runs.
 */
export function keptRuns(before: string, after: string): KeptRun[] {
  const runs: KeptRun[] = [];
  const budget = { left: ALL_WORD_EDITS_SQUARED };
  const walkFiner = (old: Piece[], fresh: Piece[], pattern: RegExp, changed: Changed) => {
    const most = Math.min(WORD_EDITS, Math.floor(Math.sqrt(budget.left)));
    const [oldParts, freshParts] = [partsOf(old, pattern), partsOf(fresh, pattern)];
    budget.left -= Math.min(most, oldParts.length + freshParts.length) ** 2;
    walk(oldParts, freshParts, most, runs, changed);
  };
  walk(linesOf(before), linesOf(after), LINE_EDITS, runs, (oldLines, freshLines) =>
    walkFiner(oldLines, freshLines, UNBROKEN, (old, fresh) => walkFiner(old, fresh, TOKEN, () => {})),
  );
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

// Reports what is equal as runs and hands what is not to `changed`, in order.
function walk(old: Piece[], fresh: Piece[], maxEdits: number, runs: KeptRun[], changed: Changed): void {
  let head = 0;
  while (head < old.length && head < fresh.length && old[head]!.text === fresh[head]!.text) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail]!.text === fresh[fresh.length - 1 - tail]!.text
  )
    tail += 1;
  keep(old, fresh, 0, 0, head, runs);

  const [oldEnd, freshEnd] = [old.length - tail, fresh.length - tail];
  let [i, j] = [head, head];
  let [gapI, gapJ] = [head, head];
  const changes =
    i === oldEnd || j === freshEnd
      ? undefined
      : diffArrays(texts(old, i, oldEnd), texts(fresh, j, freshEnd), { maxEditLength: maxEdits });
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

function texts(pieces: Piece[], from: number, to: number): string[] {
  return pieces.slice(from, to).map(({ text }) => text);
}

function linesOf(text: string): Piece[] {
  let at = 0;
  return text.split('\n').map((line) => {
    const piece = { text: line, at };
    at += line.length + 1;
    return piece;
  });
}

function partsOf(pieces: Piece[], pattern: RegExp): Piece[] {
  return pieces.flatMap(({ text, at }) =>
    [...text.matchAll(pattern)].map((match) => ({ text: match[0], at: at + match.index })),
  );
}
