/** What the server found in a text: [start, end) in UTF-16, what it is in words, and by what it can be replaced. */
export type Mark = { start: number; end: number; what: string; kind: string; replacements: string[] };

/** The places of one wording, as the panel lists them. */
export type Row = { key: string; words: string; what: string; kind: string; replacements: string[]; marks: Mark[] };

// The longest text that is looked through as a whole, and how much of a longer one on either side of the cursor.
const WHOLE = 40_000;
const AROUND = 15_000;

/** The part of `text` to look through: all of it, or what stands around `caret`, from one blank to another. */
export function partAround(text: string, caret: number): { from: number; to: number } {
  if (text.length <= WHOLE) return { from: 0, to: text.length };
  const [from, to] = [Math.max(0, caret - AROUND), Math.min(text.length, caret + AROUND)];
  const blank = /\s/;
  let [first, last] = [from, to];
  while (first > 0 && first < from + 1000 && !blank.test(text[first]!)) first += 1;
  while (last < text.length && last > to - 1000 && !blank.test(text[last]!)) last -= 1;
  return { from: first, to: last };
}

const LETTER = /[\p{L}\p{N}]/u;

/** `marks` of the text `before` where they stand in `after`; those that the change touched are dropped. */
export function carry(marks: readonly Mark[], before: string, after: string): Mark[] {
  if (before === after) return [...marks];
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix += 1;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  )
    suffix += 1;
  const growth = after.length - before.length;
  return marks
    .flatMap((mark) => {
      if (mark.end <= prefix) return [mark];
      if (mark.start < before.length - suffix) return [];
      return [{ ...mark, start: mark.start + growth, end: mark.end + growth }];
    })
    .filter(({ start, end }) => {
      // "Ann" that has become "Anna" meanwhile.
      const touches = end === prefix || start === after.length - suffix;
      return !touches || !(LETTER.test(after[start - 1] ?? '') || LETTER.test(after[end] ?? ''));
    });
}

/** Marks of the same words and kind together: known names first, else in the order in which they first stand. */
export function rowsOf(marks: readonly Mark[], text: string): Row[] {
  const rows = new Map<string, Row>();
  for (const mark of marks) {
    const words = text.slice(mark.start, mark.end);
    const key = `${mark.what} ${words}`;
    const row = rows.get(key);
    if (row) row.marks.push(mark);
    else
      rows.set(key, { key, words, what: mark.what, kind: mark.kind, replacements: mark.replacements, marks: [mark] });
  }
  const isLikely = ({ kind }: Row) => Number(kind !== 'known');
  return [...rows.values()].toSorted((one, other) => isLikely(one) - isLikely(other));
}

/** The first of `marks` at or after `caret`; from the beginning again where there is none. */
export function nextMark(marks: readonly Mark[], caret: number): Mark | undefined {
  return marks.find(({ start }) => start >= caret) ?? marks[0];
}

/** The mark that is selected, or that the cursor stands in or beside. */
export function markAt(marks: readonly Mark[], start: number, end: number): Mark | undefined {
  return marks.find((mark) =>
    start === end ? mark.start <= start && start <= mark.end : mark.start === start && mark.end === end,
  );
}

/** One replacement for all of `marks`, so that it is undone in one step: what to put where. */
export function replacementOfAll(
  text: string,
  marks: readonly Mark[],
  replacement: string,
): { start: number; end: number; text: string } {
  const [start, end] = [marks[0]!.start, marks.at(-1)!.end];
  let words = '';
  let at = start;
  for (const mark of marks) {
    words += text.slice(at, mark.start) + replacement;
    at = mark.end;
  }
  return { start, end, text: words };
}
