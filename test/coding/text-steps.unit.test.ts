import { describe, expect, test } from '@jest/globals';
import {
  type Cursor,
  cursorAt,
  endWord,
  extended,
  moved,
  selectionOf,
  unitAt,
  withEndMoved,
} from '../../views/assets/coding/text-steps.ts';

// "👋🏽" is two code points; the second paragraph begins at 31.
const TEXTS = [
  { start: 0, end: 29, text: 'ON: 👋🏽 Tom came. “Tea?” he as' },
  { start: 31, end: 48, text: 'TN: A small thing' },
];
const ALL = Array.from(`${TEXTS[0]!.text}\n\n${TEXTS[1]!.text}`);
const said = (passage: { start: number; end: number } | undefined) =>
  passage && ALL.slice(passage.start, passage.end).join('');
const at = (words: string): Cursor => {
  const start = Array.from(ALL.join('').split(words)[0]!).length;
  return cursorAt({ start, end: start + Array.from(words).length });
};
const shown = (cursor: Cursor | undefined) => cursor && said(selectionOf(cursor));

describe('walking through a note by keyboard', () => {
  test('the last word of a paragraph · is its own, also before a full stop and a quotation mark', () => {
    const texts = [
      { start: 0, end: 18, text: '“Only in Norway.”' },
      { start: 20, end: 25, text: 'The …' },
    ].map((text) => ({ ...text, end: text.start + Array.from(text.text).length }));
    expect(endWord(texts, texts[0]!, 'last')).toEqual({ start: 9, end: 15 });
    expect(endWord(texts, texts[0]!, 'first')).toEqual({ start: 1, end: 5 });
    expect(endWord(texts, texts[1]!, 'last')).toEqual({ start: 20, end: 23 });
  });

  test('words · follow each other over punctuation and paragraphs, and stop at the ends', () => {
    const seen: (string | undefined)[] = [];
    let cursor: Cursor | undefined = at('came');
    for (let step = 0; step < 6 && cursor; step += 1) {
      cursor = moved(TEXTS, cursor, 'word', 'forward');
      seen.push(shown(cursor));
    }
    expect(seen).toEqual(['Tea', 'he', 'as', 'TN', 'A', 'small']);
    expect(shown(moved(TEXTS, at('A'), 'word', 'backward'))).toBe('TN');
    expect(shown(moved(TEXTS, at('TN'), 'word', 'backward'))).toBe('as');
    expect(moved(TEXTS, at('ON'), 'word', 'backward')).toBeUndefined();
    expect(moved(TEXTS, at('thing'), 'word', 'forward')).toBeUndefined();
  });

  test('sentences and paragraphs · are selected whole', () => {
    expect(shown(moved(TEXTS, at('Tom'), 'sentence', 'forward'))).toBe('“Tea?”');
    expect(shown(moved(TEXTS, at('Tea'), 'paragraph', 'forward'))).toBe('TN: A small thing');
    expect(shown(moved(TEXTS, at('small'), 'paragraph', 'backward'))).toBe(TEXTS[0]!.text);
  });

  test('extending · grows to the right, shrinks back to where it began, and grows to the left', () => {
    let cursor = extended(TEXTS, at('came'), 'word', 'forward')!;
    expect(shown(cursor)).toBe('came. “Tea');
    cursor = extended(TEXTS, cursor, 'sentence', 'forward')!;
    expect(shown(cursor)).toBe('came. “Tea?”');
    cursor = extended(TEXTS, cursor, 'paragraph', 'forward')!;
    expect(shown(cursor)).toBe('came. “Tea?” he as');
    cursor = extended(TEXTS, cursor, 'paragraph', 'forward')!;
    expect(shown(cursor)).toBe('came. “Tea?” he as\n\nTN: A small thing');
    for (let step = 0; step < 8; step += 1) cursor = extended(TEXTS, cursor, 'word', 'backward')!;
    expect(shown(cursor)).toBe('Tom came');
    expect(shown(extended(TEXTS, cursor, 'word', 'forward'))).toBe('came');
    expect(extended(TEXTS, at('thing'), 'word', 'forward')).toBeUndefined();
  });

  test('the ends of a passage · move by words and never past each other', () => {
    const passage = at('came').anchor;
    expect(said(withEndMoved(TEXTS, passage, 'end', 'word', 'forward'))).toBe('came. “Tea');
    expect(said(withEndMoved(TEXTS, passage, 'end', 'word', 'backward'))).toBe('came');
    expect(said(withEndMoved(TEXTS, passage, 'start', 'word', 'backward'))).toBe('Tom came');
    expect(said(withEndMoved(TEXTS, passage, 'start', 'word', 'forward'))).toBe('came');
    const longer = { start: passage.start, end: passage.end + 6 };
    expect(said(withEndMoved(TEXTS, longer, 'start', 'word', 'forward'))).toBe('Tea');
    expect(said(withEndMoved(TEXTS, longer, 'end', 'word', 'backward'))).toBe('came');
  });

  test('the unit at a position · is the one that holds it, else the next, else the last', () => {
    expect(said(unitAt(TEXTS, 'word', 5))).toBe('Tom');
    expect(said(unitAt(TEXTS, 'word', 8))).toBe('Tom');
    expect(said(unitAt(TEXTS, 'word', 29))).toBe('TN');
    expect(said(unitAt(TEXTS, 'word', 99))).toBe('thing');
    expect(unitAt([], 'word', 0)).toBeUndefined();
  });
});
