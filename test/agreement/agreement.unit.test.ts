import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addTables,
  cohensKappa,
  holsti,
  jaccard,
  percentAgreement,
  tableOf,
} from '../../server/agreement/agreement.ts';
import { krippendorffsAlpha, unitsOf } from '../../server/agreement/alpha.ts';
import { meanOf, NO_VARIATION, NOT_USED } from '../../server/agreement/measure.ts';
import { piecesOf, type Span, union } from '../../server/agreement/spans.ts';
import { indexText } from '../../server/shared/text.ts';
import { alphaOf, compared, spans, value } from './worked-figures.ts';

// Expected figures and the names T-… are those of the methods page the product was built from, each with its source there.

describe('the unit is the character', () => {
  test('T-IC0 · counts code points, not units of UTF-16 nor bytes', () => {
    const text = 'Café 👋🏽 ok';
    expect([indexText(text).length, text.length, Buffer.byteLength(text)]).toEqual([10, 12, 17]);
  });

  test('T-IC00 · overlapping codings of one coder count once, and are no agreement', () => {
    expect(tableOf(compared(spans([0, 10], [5, 15]), [], 20))).toEqual({ a: 0, b: 15, c: 0, d: 5 });
  });

  test('only the text of the denominator counts', () => {
    const pieces = piecesOf([union(spans([0, 10])), union(spans([5, 15]))], spans([2, 7], [12, 20]));
    expect(tableOf(pieces)).toEqual({ a: 2, b: 3, c: 3, d: 5 });
  });

  test('any codings · give the table that counting character by character gives', () => {
    const span = fc.tuple(fc.nat(60), fc.nat(60)).map(([one, other]) => ({
      start: Math.min(one, other),
      end: Math.max(one, other),
    }));
    const many = fc.array(span, { maxLength: 8 });
    fc.assert(
      fc.property(many, many, many, (first, second, counted) => {
        const within = (among: Span[], at: number) => among.some(({ start, end }) => start <= at && at < end);
        const expected = { a: 0, b: 0, c: 0, d: 0 };
        for (let at = 0; at < 60; at += 1) {
          if (!within(counted, at)) continue;
          const cell = within(first, at) ? (within(second, at) ? 'a' : 'b') : within(second, at) ? 'c' : 'd';
          expected[cell] += 1;
        }
        expect(tableOf(piecesOf([union(first), union(second)], union(counted)))).toEqual(expected);
      }),
    );
  });
});

describe('several notes', () => {
  const first = { a: 50, b: 100, c: 50, d: 800 };
  const second = { a: 100, b: 0, c: 50, d: 350 };

  test('T-IC1 · are pooled by adding their tables, which no average equals', () => {
    const pooled = addTables([first, second]);
    expect(pooled).toEqual({ a: 150, b: 100, c: 100, d: 1150 });
    expect(value(cohensKappa(first))).toBeCloseTo(0.3182, 4);
    expect(value(cohensKappa(second))).toBeCloseTo(0.7368, 4);
    // Weighted by the length of the notes, which is published beside the others and is not what is shown.
    expect((value(cohensKappa(first)) * 1000 + value(cohensKappa(second)) * 500) / 1500).toBeCloseTo(0.4577, 4);
    expect(value(cohensKappa(pooled))).toBeCloseTo(0.52, 4);
    expect(value(meanOf([cohensKappa(first), cohensKappa(second)]).mean)).toBeCloseTo(0.5275, 4);
    expect(alphaOf(pooled)).toBeCloseTo(0.52016, 5);
    expect(value(holsti(pooled))).toBeCloseTo(0.6, 10);
  });

  test('what is undefined · is left out of an average and counted', () => {
    const unused = cohensKappa({ a: 0, b: 0, c: 0, d: 30 });
    expect(meanOf([cohensKappa(first), unused, cohensKappa(second)])).toMatchObject({ excluded: 1 });
    expect(meanOf([unused])).toEqual({ mean: { undefined: NO_VARIATION }, excluded: 1 });
    expect(meanOf([])).toMatchObject({ excluded: 0 });
  });
});

describe('edges', () => {
  test('nobody used the theme · everything is agreed and nothing more is defined', () => {
    const table = { a: 0, b: 0, c: 0, d: 40 };
    expect(value(percentAgreement(table))).toBe(1);
    expect(cohensKappa(table)).toEqual({ undefined: NO_VARIATION });
    expect(krippendorffsAlpha([{ values: [0, 0], weight: 40 }])).toEqual({ undefined: NO_VARIATION });
    expect(holsti(table)).toEqual({ undefined: NOT_USED });
    expect(jaccard(table)).toEqual({ undefined: NOT_USED });
  });

  test('both coded everything · the same', () => {
    const table = { a: 40, b: 0, c: 0, d: 0 };
    expect(value(percentAgreement(table))).toBe(1);
    expect(cohensKappa(table)).toEqual({ undefined: NO_VARIATION });
    expect(krippendorffsAlpha([{ values: [1, 1], weight: 40 }])).toEqual({ undefined: NO_VARIATION });
    expect(value(holsti(table))).toBe(1);
  });

  test('one coder used the theme · kappa is exactly nothing, alpha a little below', () => {
    const table = { a: 0, b: 7, c: 0, d: 4_999_993 };
    expect(value(cohensKappa(table))).toBe(0);
    expect(alphaOf(table)).toBeLessThan(0);
    expect(alphaOf(table)).toBeGreaterThan(-0.001);
  });

  test('there is no text, or only one coder · nothing applies', () => {
    const none = { a: 0, b: 0, c: 0, d: 0 };
    for (const measure of [percentAgreement(none), cohensKappa(none), holsti(none), jaccard(none)])
      expect(measure).toEqual({ undefined: 'not applicable: no text to compare' });
    expect(krippendorffsAlpha([])).toEqual({ undefined: 'not applicable: no text to compare' });
    expect(krippendorffsAlpha([{ values: [1] }, { values: [0, null] }])).toEqual({
      undefined: 'not applicable: needs two coders',
    });
    expect(krippendorffsAlpha([{ values: [null, null], weight: 3 }])).toHaveProperty('undefined');
  });

  test('T-IC2 · systematic disagreement is shown below zero, never clipped', () => {
    const pieces = compared(spans([0, 5]), spans([5, 10]), 10);
    expect(value(cohensKappa(tableOf(pieces)))).toBe(-1);
    expect(value(krippendorffsAlpha(unitsOf(pieces)))).toBeCloseTo(-0.9, 10);
  });

  test('a rare theme · high agreement and low kappa stand beside each other', () => {
    const table = { a: 1, b: 9, c: 9, d: 981 };
    expect(value(percentAgreement(table))).toBeCloseTo(0.982, 10);
    expect(value(cohensKappa(table))).toBeCloseTo(0.0909, 4);
  });

  test('three coders · one missing from a note counts for nothing there', () => {
    const pieces = piecesOf([union(spans([0, 5])), union(spans([0, 5])), []], [{ start: 0, end: 10 }]);
    expect(value(krippendorffsAlpha(unitsOf(pieces, new Set([2]))))).toBe(1);
    expect(value(krippendorffsAlpha(unitsOf(pieces)))).toBeLessThan(1);
  });

  test('any two coders · alpha is the same whether they stand first or second, and 1 only where they agree', () => {
    const table = fc.record({ a: fc.nat(50), b: fc.nat(50), c: fc.nat(50), d: fc.nat(50) });
    fc.assert(
      fc.property(table, ({ a, b, c, d }) => {
        fc.pre(b + c > 0);
        const [one, other] = [
          { a, b, c, d },
          { a, b: c, c: b, d },
        ];
        const [n0, n1, n] = [b + c + 2 * d, b + c + 2 * a, 2 * (a + b + c + d)];
        expect(alphaOf(one)).toBeCloseTo(1 - ((n - 1) * (b + c)) / (n0 * n1), 10);
        expect(alphaOf(one)).toBeCloseTo(alphaOf(other), 10);
        expect(alphaOf(one)).toBeLessThan(1);
        expect(value(cohensKappa(one))).toBeCloseTo(value(cohensKappa(other)), 10);
      }),
    );
  });
});
