import { codePoints, type Passage } from './positions.ts';

// How the keyboard walks through a note. Everything in code points of the revision's body; units hold no blanks at their ends.

/** A paragraph of the note: the code points [start, end). */
export type Text = Passage & { text: string };
export type Unit = 'word' | 'sentence' | 'paragraph';
export type Direction = 'forward' | 'backward';

/** What is selected by keyboard: it began with `anchor` and reaches to `edge`, on either side of it. */
export type Cursor = { anchor: Passage; edge: number };

const words = new Intl.Segmenter('en-GB', { granularity: 'word' });
const sentences = new Intl.Segmenter('en-GB', { granularity: 'sentence' });

/** The units of one paragraph in order. A paragraph without letters is one word, so that every paragraph can be reached. */
export function unitsOf({ start, end, text }: Text, unit: Unit): Passage[] {
  const pieces: Passage[] = [];
  let at = start;
  const whole = [{ segment: text, isWordLike: true }];
  const segments = unit === 'paragraph' ? whole : (unit === 'word' ? words : sentences).segment(text);
  for (const { segment, isWordLike } of segments) {
    const length = codePoints(segment);
    const blank = codePoints(segment) - codePoints(segment.trimStart());
    const filled = codePoints(segment.trim());
    if (filled > 0 && (unit !== 'word' || isWordLike)) pieces.push({ start: at + blank, end: at + blank + filled });
    at += length;
  }
  return pieces.length > 0 || text.trim() === '' ? pieces : unitsOf({ start, end, text }, 'paragraph');
}

/** What the cursor has selected. */
export function selectionOf({ anchor, edge }: Cursor): Passage {
  if (edge > anchor.end) return { start: anchor.start, end: edge };
  return edge < anchor.start ? { start: edge, end: anchor.end } : anchor;
}

export function cursorAt(passage: Passage): Cursor {
  return { anchor: passage, edge: passage.end };
}

/** The next unit in that direction from what is selected; undefined at the end of the note. */
export function moved(texts: readonly Text[], cursor: Cursor, unit: Unit, direction: Direction): Cursor | undefined {
  const { start, end } = selectionOf(cursor);
  const found =
    direction === 'forward'
      ? firstUnit(texts, unit, end, (each) => each.start >= end)
      : lastUnit(texts, unit, start, (each) => each.end <= start);
  return found && cursorAt(found);
}

/** The selection with its edge one unit further in that direction; the anchor stays selected. Undefined at the end. */
export function extended(texts: readonly Text[], cursor: Cursor, unit: Unit, direction: Direction): Cursor | undefined {
  const { anchor, edge } = cursor;
  if (direction === 'forward') {
    if (edge >= anchor.end) {
      const next = firstUnit(texts, unit, edge, ({ end }) => end > edge);
      return next && { anchor, edge: next.end };
    }
    const next = firstUnit(texts, unit, edge, ({ start }) => start > edge);
    return { anchor, edge: next && next.start < anchor.start ? next.start : anchor.end };
  }
  if (edge > anchor.end) {
    const previous = lastUnit(texts, unit, edge, ({ end }) => end < edge);
    return { anchor, edge: Math.max(previous?.end ?? anchor.end, anchor.end) };
  }
  const from = edge === anchor.end ? anchor.start : edge;
  const previous = lastUnit(texts, unit, from, ({ start }) => start < from);
  return previous && { anchor, edge: previous.start };
}

/** A passage with one of its ends moved by a unit, never past its other end; the same passage where that cannot be. */
export function withEndMoved(
  texts: readonly Text[],
  { start, end }: Passage,
  which: 'start' | 'end',
  unit: Unit,
  direction: Direction,
): Passage {
  const isForward = direction === 'forward';
  if (which === 'end') {
    const found = isForward
      ? firstUnit(texts, unit, end, (each) => each.end > end)
      : lastUnit(texts, unit, end, (each) => each.end < end);
    return { start, end: found && found.end > start ? found.end : end };
  }
  const found = isForward
    ? firstUnit(texts, unit, start, (each) => each.start > start)
    : lastUnit(texts, unit, start, (each) => each.start < start);
  return { start: found && found.start < end ? found.start : start, end };
}

/** The unit that holds the code point at `position`, or else the next one, or else the last. */
export function unitAt(texts: readonly Text[], unit: Unit, position: number): Passage | undefined {
  return firstUnit(texts, unit, position, ({ end }) => end > position) ?? lastUnit(texts, unit, Infinity, () => true);
}

/** The first or last word of the paragraph, which may well end in a full stop and a quotation mark. */
export function endWord(texts: readonly Text[], paragraph: Passage, which: 'first' | 'last'): Passage | undefined {
  return which === 'first'
    ? firstUnit(texts, 'word', paragraph.start, ({ start }) => start >= paragraph.start)
    : lastUnit(texts, 'word', paragraph.end, ({ end }) => end <= paragraph.end);
}

// The first that fits in what lies after `from`.
function firstUnit(
  texts: readonly Text[],
  unit: Unit,
  from: number,
  fits: (unit: Passage) => boolean,
): Passage | undefined {
  for (const text of texts) {
    if (text.end <= from) continue;
    const found = unitsOf(text, unit).find(fits);
    if (found) return found;
  }
  return undefined;
}

// The last that fits in what lies before `to`.
function lastUnit(
  texts: readonly Text[],
  unit: Unit,
  to: number,
  fits: (unit: Passage) => boolean,
): Passage | undefined {
  for (const text of texts.toReversed()) {
    if (text.start >= to) continue;
    const found = unitsOf(text, unit).findLast(fits);
    if (found) return found;
  }
  return undefined;
}
