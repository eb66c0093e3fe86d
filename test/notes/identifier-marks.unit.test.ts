import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  carry,
  type Mark,
  markAt,
  nextMark,
  partAround,
  replacementOfAll,
  rowsOf,
} from '../../views/assets/identifiers/marks.ts';

const TEXT = 'Ann met Sam, then Ann left.';
const mark = (start: number, end: number): Mark => ({
  start,
  end,
  what: 'known name',
  kind: 'known',
  replacements: ['[Worker 2]'],
});
const MARKS = [mark(0, 3), mark(8, 11), mark(18, 21)];
const wordsAfter = (after: string) => carry(MARKS, TEXT, after).map(({ start, end }) => after.slice(start, end));

describe('marks while writing goes on', () => {
  test.each([
    ['Ann met Sam, then Ann left. More', ['Ann', 'Sam', 'Ann']],
    ['So Ann met Sam, then Ann left.', ['Ann', 'Sam', 'Ann']],
    ['Ann met Samuel, then Ann left.', ['Ann', 'Ann']],
    ['JoAnn met Sam, then Ann left.', ['Sam', 'Ann']],
    ['Ann met [Member 4], then Ann left.', ['Ann', 'Ann']],
    ['Ann met Sam', ['Ann', 'Sam']],
    ['', []],
  ])('stand where their words stand · in "%s"', (after, words) => {
    expect(wordsAfter(after)).toEqual(words);
  });

  test('never stand on other words · whatever is put where', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length), fc.nat(TEXT.length), fc.string({ unit: 'grapheme' }), (one, other, put) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        expect(['Ann', 'Sam']).toEqual(
          expect.arrayContaining(wordsAfter(TEXT.slice(0, start) + put + TEXT.slice(end))),
        );
      }),
    );
  });
});

describe('going through them', () => {
  test('the next is at or after the cursor · and after the last the first', () => {
    expect([nextMark(MARKS, 1)?.start, nextMark(MARKS, 8)?.start, nextMark(MARKS, 25)?.start, nextMark([], 0)]).toEqual(
      [8, 8, 0, undefined],
    );
  });

  test('the one here is what the cursor is beside or what is selected · not one that is half selected', () => {
    expect([
      markAt(MARKS, 3, 3)?.start,
      markAt(MARKS, 8, 11)?.start,
      markAt(MARKS, 8, 10),
      markAt(MARKS, 5, 5),
    ]).toEqual([0, 8, undefined, undefined]);
  });

  test('the same words are one row · with all their places', () => {
    expect(rowsOf(MARKS, TEXT).map(({ words, marks }) => [words, marks.length])).toEqual([
      ['Ann', 2],
      ['Sam', 1],
    ]);
  });

  test('known names are the first rows · wherever they stand', () => {
    const likely = { ...mark(0, 3), kind: 'name', what: 'likely name' };
    expect(rowsOf([likely, mark(8, 11)], TEXT).map(({ words }) => words)).toEqual(['Sam', 'Ann']);
  });

  test('all places are replaced in one step · with what stands between them as it was', () => {
    expect(replacementOfAll(TEXT, [MARKS[0]!, MARKS[2]!], '[W]')).toEqual({
      start: 0,
      end: 21,
      text: '[W] met Sam, then [W]',
    });
  });
});

describe('the part that is looked through', () => {
  test('is all of a short text · and of a long one what is around the cursor, in whole words', () => {
    expect(partAround(TEXT, 5)).toEqual({ from: 0, to: TEXT.length });
    const long = 'words '.repeat(20_000);
    const { from, to } = partAround(long, 60_001);
    expect(to - from).toBeLessThanOrEqual(30_000);
    expect([long[from], long[to]]).toEqual([' ', ' ']);
  });
});
