import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paragraphsOf } from '../../server/notes/paragraphs.ts';
import { passageOfSentences, sentencesOf } from '../../server/coding/sentences.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';

const BODY =
  'ON: Dr. Hall met Mrs. Green at 10 a.m. sharp. She waved 👋🏽! "Come in," he said.\n\n  PN:no label here? Yes.\nTN: שלום לך. Cafe\u0301 again.';
const sentences = sentencesOf(paragraphsOf(BODY));

describe('sentencesOf', () => {
  test('splits after the label, and not after titles', () => {
    expect(sentences.map(({ text }) => text)).toEqual([
      'Dr. Hall met Mrs. Green at 10 a.m. sharp.',
      'She waved 👋🏽!',
      '"Come in," he said.',
      'PN:no label here?',
      'Yes.',
      'שלום לך.',
      'Cafe\u0301 again.',
    ]);
    expect(sentences.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(sentences.map(({ paragraph }) => paragraph)).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });

  test('gives positions in code points, and together holds every character after the labels but blanks · in any text', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom('. ', '\n', 'ON: ', 'TN:', 'Mr. ', '👩‍👩‍👧', '? ', 'e\u0301', '\u00a0'),
          fc.string({ unit: 'grapheme', maxLength: 8 }),
        ),
        { maxLength: 40 },
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (body) => {
        const paragraphs = paragraphsOf(body);
        const found = sentencesOf(paragraphs);
        for (const { start, end, text: words } of found) expect(sliceCodePoints(body, start, end)).toBe(words);
        const afterLabels = paragraphs
          .map(({ text: words, start, textStart }) => words.slice(textStart - start))
          .join('');
        const bare = (words: string) => words.replaceAll(/\s/gu, '');
        expect(bare(found.map(({ text: words }) => words).join(''))).toBe(bare(afterLabels));
      }),
    );
  });
});

describe('passageOfSentences', () => {
  test('reaches from the first to the last · over paragraphs, in any order, named twice', () => {
    expect(passageOfSentences(sentences, [4, 3, 3])).toEqual({ start: sentences[2]!.start, end: sentences[3]!.end });
  });

  test.each([
    ['none is chosen', [], 'Tick the sentences'],
    ['there is a gap', [1, 3], 'there is a gap before “"Come in," he said.”'],
    ['the note has no such sentence', [7, 8], 'does not have all'],
    ['a number is not positive', [0], 'does not have all'],
  ])('says what to do · when %s', (_, chosen, words) => {
    expect(passageOfSentences(sentences, chosen)).toEqual({ problem: expect.stringContaining(words) });
  });
});
