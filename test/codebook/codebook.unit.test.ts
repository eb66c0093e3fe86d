import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastUsedColour, PALETTE } from '../../server/codebook/palette.ts';
import { colourStyles } from '../../server/codebook/theme-colours.ts';
import { inBrief } from '../../server/codebook/theme-list-view.ts';
import { outline } from '../../server/codebook/theme-outline.ts';
import { codePointLength, unstorableCharacter } from '../../server/shared/text.ts';

/** WCAG's contrast of a colour with white. */
function contrastWithWhite(colour: string): number {
  const linear = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]! + 0.05);
}

describe('the palette', () => {
  test.each(PALETTE)('$name · stands out from white by 3:1 or more', ({ value }) => {
    expect(value).toMatch(/^#[0-9a-f]{6}$/);
    expect(contrastWithWhite(value)).toBeGreaterThanOrEqual(3);
  });

  test('the palette · has sixteen colours, each with a name of its own', () => {
    expect(new Set(PALETTE.map(({ value }) => value)).size).toBe(16);
    expect(new Set(PALETTE.map(({ name }) => name)).size).toBe(16);
  });

  test('leastUsedColour · goes through the whole palette before it takes one again', () => {
    const used: string[] = [];
    for (const _ of PALETTE) used.push(leastUsedColour(used));
    expect(used.toSorted()).toEqual(PALETTE.map(({ value }) => value).toSorted());
  });
});

describe('colourStyles', () => {
  test('colourStyles · leaves out what is no colour · so that nothing else gets into the style sheet', () => {
    expect(
      colourStyles([
        { id: 'a', colour: '#00703c' },
        { id: 'b', colour: 'red}body{display:none' },
      ]),
    ).toBe('.theme-a{--theme:#00703c}\n');
  });
});

describe('outline', () => {
  test('outline · numbers as in a report and adds up what is below', () => {
    const theme = (id: string, parentId: string | null, position: number) => ({ id, parentId, position, name: id });
    const themes = [
      theme('a', null, 1),
      theme('b', 'a', 1),
      theme('c', 'b', 1),
      theme('d', 'a', 2),
      theme('e', null, 2),
    ];
    const counts = new Map(Object.entries({ a: 1, b: 2, c: 4, d: 8, e: 16, removed: 32 }));
    expect(outline(themes, counts).map(({ id, number, own, total }) => [id, number, own, total])).toEqual([
      ['a', '1', 1, 15],
      ['b', '1.1', 2, 6],
      ['c', '1.1.1', 4, 4],
      ['d', '1.2', 8, 8],
      ['e', '2', 16, 16],
    ]);
  });
});

describe('inBrief', () => {
  test('inBrief · keeps a short text and cuts a long one at a blank, never inside a symbol', () => {
    expect(inBrief('Short\n text')).toBe('Short text');
    expect(inBrief('one two three', 8)).toBe('one two …');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const brief = inBrief(text, 20);
        expect(codePointLength(brief)).toBeLessThanOrEqual(22);
        expect(unstorableCharacter(brief)).toBe(unstorableCharacter(text));
      }),
    );
  });
});
