import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sliceCodePoints } from '../../server/shared/text.ts';
import { paragraphsOf } from '../../server/notes/paragraphs.ts';
import { lanesOfBars } from '../../views/assets/coding/lanes.ts';
import { indexIn, passageOfParts } from '../../views/assets/coding/positions.ts';

const BODY = 'ON: The 👋🏽 door.\n\nTN: Cafe\u0301 שלום 👩‍👩‍👧 end.';
const paragraphs = paragraphsOf(BODY);
const part = (index: number, words: string, reach = words.length) => {
  const { start, text } = paragraphs[index]!;
  return { start, text, from: text.indexOf(words), to: text.indexOf(words) + reach };
};
const cut = (parts: Parameters<typeof passageOfParts>[0]) => {
  const passage = passageOfParts(parts);
  return passage && sliceCodePoints(BODY, passage.start, passage.end);
};

describe('passageOfParts', () => {
  test('turns what the page selects into code points · after emoji, marks and right-to-left', () => {
    expect(cut([part(0, '👋🏽 door')])).toBe('👋🏽 door');
    expect(cut([part(1, '👩‍👩‍👧 end')])).toBe('👩‍👩‍👧 end');
    expect(cut([part(0, 'door.'), part(1, 'TN: Cafe\u0301 שלום')])).toBe('door.\n\nTN: Cafe\u0301 שלום');
  });

  test('leaves out blanks at both ends, and paragraphs that only they touch', () => {
    expect(cut([part(0, ' door.')])).toBe('door.');
    expect(cut([part(0, 'The ')])).toBe('The');
    expect(cut([part(0, 'door.'), part(1, 'TN', 0)])).toBe('door.');
    expect(cut([part(0, ' ', 1)])).toBeUndefined();
    expect(cut([])).toBeUndefined();
  });

  test('finds the way back to the page’s own unit · anywhere in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), fc.nat({ max: 500 }), (text, at, start) => {
        const position = at % (Array.from(text).length + 1);
        const index = indexIn(text, start, start + position);
        expect(Array.from(text.slice(0, index))).toHaveLength(position);
        expect(indexIn(text, start, start - 5)).toBe(0);
        expect(indexIn(text, start, start + 1000)).toBe(text.length);
      }),
    );
  });
});

describe('lanesOfBars', () => {
  test('keeps bars beside each other in lanes of their own, and uses a lane again further down', () => {
    const lanes = lanesOfBars([
      { id: 'a', top: 0, bottom: 40 },
      { id: 'b', top: 20, bottom: 60 },
      { id: 'c', top: 40, bottom: 50 },
    ]);
    expect([...lanes]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
  });
});
