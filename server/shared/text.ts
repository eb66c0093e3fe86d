// The one place where JavaScript's UTF-16 meets code points, the unit of every stored position.

/** The length of `text` in Unicode code points. */
export function codePointLength(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) index += 1;
    length += 1;
  }
  return length;
}

/** The UTF-16 index of the code point at `position`; `text.length` when the text has no more than `position` of them. */
export function utf16Index(text: string, position: number): number {
  let index = 0;
  for (let count = 0; count < position && index < text.length; count += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** The code points [start, end) of `text`. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  const from = utf16Index(text, start);
  return text.slice(from, from + utf16Index(text.slice(from), end - start));
}

/** `text` where it has no more than `longest` code points; else its beginning, with an ellipsis as the last of so many. */
export function shortened(text: string, longest: number): string {
  return codePointLength(text) <= longest ? text : `${sliceCodePoints(text, 0, longest - 1)}…`;
}

/** `text` with CRLF and lone CR turned into LF; nothing else changes. */
export function normaliseNewlines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/**
 * What PostgreSQL cannot store in `text`, as a sentence, or undefined when there is nothing: a NUL, or half of a
 * surrogate pair. The position in the sentence counts code points from 1.
 */
export function unstorableCharacter(text: string): string | undefined {
  for (let index = 0, position = 1; index < text.length; index += 1, position += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return `Character ${position} is an invisible NUL that cannot be kept. Delete it and save again.`;
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) index += 1;
    else if (unit >= 0xd800 && unit <= 0xdfff)
      return `Character ${position} is half of a broken symbol (perhaps part of an emoji). Delete it and save again.`;
  }
  return undefined;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** A text with its positions at hand: conversions take the same time anywhere in it, however long it is. */
export type IndexedText = {
  text: string;
  /** Code points. */
  length: number;
  /** The UTF-16 index of the code point at `position`; the text's end when there is none. */
  utf16(position: number): number;
  /** The code points before UTF-16 index `index`, which must not lie inside a surrogate pair. */
  position(index: number): number;
  /** The code points [start, end). */
  slice(start: number, end: number): string;
};

const STRIDE = 512;

/** Prepares `text` for many conversions between UTF-16 and code points. */
export function indexText(text: string): IndexedText {
  const marks = /[\ud800-\udbff]/.test(text) ? strideMarks(text) : undefined;
  const length = marks === undefined ? text.length : codePointLength(text);

  const utf16 = (position: number): number => {
    if (marks === undefined) return Math.min(Math.max(position, 0), text.length);
    const from = marks[Math.floor(position / STRIDE)] ?? text.length;
    let index = from;
    for (let left = position % STRIDE; left > 0 && index < text.length; left -= 1)
      index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    return index;
  };
  const position = (index: number): number => {
    if (marks === undefined) return index;
    let low = 0;
    for (let high = marks.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1;
      if (marks[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low * STRIDE + codePointLength(text.slice(marks[low], index));
  };
  return { text, length, utf16, position, slice: (start, end) => text.slice(utf16(start), utf16(end)) };
}

// The UTF-16 index of every STRIDE-th code point.
function strideMarks(text: string): number[] {
  const marks: number[] = [];
  for (let index = 0, count = 0; index < text.length; count += 1) {
    if (count % STRIDE === 0) marks.push(index);
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return marks;
}
