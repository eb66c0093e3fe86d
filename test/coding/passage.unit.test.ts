import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutPassage, passageProblem, sourceOf } from '../../server/coding/passage.ts';
import { codePointLength, indexText, sliceCodePoints } from '../../server/shared/text.ts';

const BODY = `ON: Worker 1 held the door 👋🏽 for Member 4. ${'She waited a good while for an answer. '.repeat(4)}\n\nTN: Cafe\u0301 as a \u05e9\u05dc\u05d5\u05dd place.`;
const source = sourceOf(BODY);
const length = codePointLength(BODY);
const firstNewline = codePointLength(BODY.slice(0, BODY.indexOf('\n')));

describe('passageProblem', () => {
  test('lets a passage through · up to the very last character', () => {
    expect(passageProblem(source, { start: 0, end: length })).toBeUndefined();
    expect(passageProblem(source, { start: length - 1, end: length })).toBeUndefined();
  });

  test.each([
    ['reversed', { start: 9, end: 4 }, 'ends before it begins'],
    ['empty', { start: 4, end: 4 }, 'at least one word'],
    ['before the text', { start: -1, end: 4 }, 'lies outside the note'],
    ['beyond the text', { start: 4, end: length + 1 }, 'lies outside the note'],
    ['not whole', { start: 0.5, end: 4 }, 'whole numbers'],
    ['only blanks', { start: firstNewline - 1, end: firstNewline + 2 }, 'Only blank space'],
  ])('refuses a passage in words · that is %s', (_, passage, words) => {
    expect(passageProblem(source, passage)).toContain(words);
  });
});

describe('cutPassage', () => {
  test('keeps the words exactly, blanks included, with whole words around them', () => {
    const start = codePointLength(BODY.slice(0, BODY.indexOf('answer. She waited')));
    const cut = cutPassage(source, { start, end: start + 8 });
    expect(cut.quote).toBe('answer. ');
    expect(cut.contextBefore).toBe('the door 👋🏽 for Member 4. She waited a good while for an ');
    expect(cut.contextBefore.length).toBeLessThanOrEqual(60);
    expect(cut.contextAfter).toBe('She waited a good while for an answer. She waited a good');
    expect(cut.label).toBe('ON');
  });

  test('gives the label of the paragraph where the passage begins', () => {
    const start = codePointLength(BODY.slice(0, BODY.indexOf('TN:')));
    expect(cutPassage(source, { start: start + 4, end: start + 8 })).toMatchObject({ label: 'TN', quote: 'Cafe' });
    expect(cutPassage(source, { start: start - 3, end: start + 8 }).label).toBe('ON');
  });

  test('reaches to the ends of a short text', () => {
    expect(cutPassage(sourceOf('One two three'), { start: 4, end: 7 })).toMatchObject({
      contextBefore: 'One ',
      contextAfter: ' three',
    });
  });
});

describe('indexText', () => {
  test('agrees with the slow functions · in any text', () => {
    const long = fc.string({ unit: 'grapheme', maxLength: 3000 });
    fc.assert(
      fc.property(long, fc.nat(), fc.nat(), (text, a, b) => {
        const index = indexText(text);
        expect(index.length).toBe(codePointLength(text));
        const start = a % (index.length + 1);
        const end = start + (b % (index.length - start + 1));
        expect(index.slice(start, end)).toBe(sliceCodePoints(text, start, end));
        expect(index.position(index.utf16(start))).toBe(start);
      }),
    );
  });

  test('stays right beyond its first stride · in a long text of pairs and single units', () => {
    const text = '👋a'.repeat(3000);
    const index = indexText(text);
    for (const position of [511, 512, 513, 1023, 1024, 4097, 5999, 6000]) {
      expect(index.slice(0, position)).toBe(sliceCodePoints(text, 0, position));
      expect(index.position(index.utf16(position))).toBe(position);
    }
  });
});
