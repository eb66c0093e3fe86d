import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  applyReplacements,
  bracketed,
  findEverywhere,
  mapStretch,
  type Replacement,
} from '../../server/identifiers/replacements.ts';
import { codePointLength, sliceCodePoints } from '../../server/shared/text.ts';

const TEXT = 'Sam met Ann at Northside Centre on 3 May';
const at = (words: string, text: string): Replacement => {
  const start = TEXT.indexOf(words);
  return { start, end: start + words.length, text };
};
const REPLACEMENTS = [
  at('3 May', '[spring 2011]'),
  at('Sam', '[Member 4]'),
  at('Ann', '[Worker 2]'),
  at('Northside Centre', '[Agency C]'),
];

describe('replacing', () => {
  test('writes the bracketed text (T-DI1)', () => {
    expect(applyReplacements(TEXT, REPLACEMENTS)).toBe('[Member 4] met [Worker 2] at [Agency C] on [spring 2011]');
  });

  test('refuses what has no place · when two overlap', () => {
    expect(() => applyReplacements(TEXT, [at('Sam met', '[x]'), at('met Ann', '[y]')])).toThrow(RangeError);
  });

  test('finds every whole word of what is to be replaced · and only offers what is written otherwise', () => {
    expect(findEverywhere('3 May, 3\nMay, 13 May, 3 may, 3 Mayor', '3 May')).toEqual([
      { start: 0, end: 5, certainty: 'certain' },
      { start: 7, end: 12, certainty: 'certain' },
      { start: 22, end: 27, certainty: 'offered' },
    ]);
    expect(findEverywhere('the drop-in, The drop in', 'the drop-in')).toEqual([
      { start: 0, end: 11, certainty: 'certain' },
      { start: 13, end: 24, certainty: 'offered' },
    ]);
  });

  test('puts one pair of brackets round a replacement', () => {
    expect(bracketed(' [Agency  C]')).toBe('[Agency C]');
  });
});

describe('carrying a stretch through replacements (T-DI2)', () => {
  const words = (stretch: { start: number; end: number } | undefined) =>
    stretch && sliceCodePoints(applyReplacements(TEXT, REPLACEMENTS), stretch.start, stretch.end);
  const carried = (text: string) => {
    const start = TEXT.indexOf(text);
    return words(mapStretch({ start, end: start + text.length }, REPLACEMENTS));
  };

  test.each([
    ['met', 'met'],
    ['Ann', '[Worker 2]'],
    ['met Ann at', 'met [Worker 2] at'],
    ['Sam met Ann at Northside Centre', '[Member 4] met [Worker 2] at [Agency C]'],
    [TEXT, '[Member 4] met [Worker 2] at [Agency C] on [spring 2011]'],
    ['at Northside', undefined],
    ['entre on', undefined],
    ['entr', undefined],
  ])('“%s” becomes “%s”', (from, to) => {
    expect(carried(from)).toBe(to);
  });

  test('keeps the words on either side · whatever is replaced', () => {
    const text = 'Ünï 👋🏽 one two three four five six seven';
    const length = codePointLength(text);
    const cut = fc.tuple(
      fc.nat(length - 1),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('[x]', '[Member 10]', '[👋]'),
    );
    fc.assert(
      fc.property(
        fc.array(cut, { maxLength: 4 }),
        fc.nat(length - 1),
        fc.integer({ min: 1, max: 20 }),
        (cuts, from, size) => {
          const replacements: Replacement[] = [];
          for (const [start, long, words] of cuts.toSorted((a, b) => a[0] - b[0]))
            if (start >= (replacements.at(-1)?.end ?? 0))
              replacements.push({ start, end: Math.min(length, start + long), text: words });
          const stretch = { start: from, end: Math.min(length, from + size) };
          const mapped = mapStretch(stretch, replacements);
          const isCut = replacements.some(
            ({ start, end }) =>
              (stretch.start > start && stretch.start < end) || (stretch.end > start && stretch.end < end),
          );
          expect(mapped === undefined).toBe(isCut);
          if (!mapped) return;
          const inside = replacements
            .filter(({ start, end }) => start >= stretch.start && end <= stretch.end)
            .map((one) => ({ ...one, start: one.start - stretch.start, end: one.end - stretch.start }));
          expect(sliceCodePoints(applyReplacements(text, replacements), mapped.start, mapped.end)).toBe(
            applyReplacements(sliceCodePoints(text, stretch.start, stretch.end), inside),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
