import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addTables,
  cohensKappa,
  holsti,
  jaccard,
  kappaOf,
  percentAgreement,
  scottsPi,
  type Table,
  tableOf,
} from '../../server/agreement/agreement.ts';
import { krippendorffsAlpha, type Unit, unitsOf, type Value } from '../../server/agreement/alpha.ts';
import { isDefined, type Measure, meanOf, NO_VARIATION, NOT_USED } from '../../server/agreement/measure.ts';
import { piecesOf, type Span, union } from '../../server/agreement/spans.ts';
import { indexText } from '../../server/shared/text.ts';

// Expected figures and the names T-… are those of the methods page the product was built from, each with its source there.

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([start, end]) => ({ start, end }));
const compared = (first: Span[], second: Span[], length: number) =>
  piecesOf([union(first), union(second)], [{ start: 0, end: length }]);
const value = (measure: Measure): number => {
  if (!isDefined(measure)) throw new Error(measure.undefined);
  return measure.value;
};
const alphaOf = (table: Table): number =>
  value(
    krippendorffsAlpha([
      { values: [1, 1], weight: table.a },
      { values: [1, 0], weight: table.b },
      { values: [0, 1], weight: table.c },
      { values: [0, 0], weight: table.d },
    ]),
  );
// The agreement expected by chance, from what kappa made of it.
const byChance = (table: Table): number => {
  const [agreed, kappa] = [value(percentAgreement(table)), value(cohensKappa(table))];
  return (agreed - kappa) / (1 - kappa);
};
// Coders a line each, a character a unit, `.` for missing.
const coded = (...coders: string[]): Unit[] =>
  Array.from(coders[0]!, (_, unit) => ({
    values: coders.map((line): Value | null => {
      const said = line[unit]!;
      return said === '.' ? null : /\d/.test(said) ? Number(said) : said;
    }),
  }));
const matrixOf = (first: string, second: string): number[][] => {
  const values = [...new Set(first + second)];
  return values.map((row) =>
    values.map((column) => Array.from(first).filter((said, at) => said === row && second[at] === column).length),
  );
};

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

describe('published vectors', () => {
  test('T-K1 · two coders, ten units', () => {
    const [first, second] = ['1100000000', '0110010100'];
    const matrix = matrixOf(first, second);
    expect(matrix).toEqual([
      [1, 1],
      [3, 5],
    ]);
    const table = { a: 1, b: 1, c: 3, d: 5 };
    expect(value(percentAgreement(table))).toBeCloseTo(0.6, 10);
    expect(byChance(table)).toBeCloseTo(0.56, 10);
    expect(value(kappaOf(matrix))).toBeCloseTo(0.0909, 4);
    expect(value(scottsPi(matrix))).toBeCloseTo(0.0476, 4);
    expect(value(krippendorffsAlpha(coded(first, second)))).toBeCloseTo(0.095, 3);
    // Do 0.400, published, and with it De 0.4421.
    expect(0.4 / (1 - value(krippendorffsAlpha(coded(first, second))))).toBeCloseTo(0.4421, 4);
  });

  test('T-K2 · nominal, four values', () => {
    const [first, second] = ['aabbdcccedda', 'babbbccceddd'];
    const agreed = Array.from(first).filter((said, at) => said === second[at]).length;
    expect(agreed / 12).toBeCloseTo(0.75, 10);
    expect(value(kappaOf(matrixOf(first, second)))).toBeCloseTo(0.6842, 4);
    expect(value(scottsPi(matrixOf(first, second)))).toBeCloseTo(0.6786, 4);
    expect(value(krippendorffsAlpha(coded(first, second)))).toBeCloseTo(0.69196, 5);
    expect((1 - agreed / 12) / (1 - value(krippendorffsAlpha(coded(first, second))))).toBeCloseTo(0.8116, 4);
  });

  test.each([
    ['nominal', 0.74342],
    ['ordinal', 0.81539],
    ['interval', 0.84911],
    ['ratio', 0.7974],
  ] as const)('T-K3 · four coders with gaps, %s', (metric, expected) => {
    const units = coded('123321412...', '1233224125.3', '.3332342251.', '12332441251.');
    expect(units).toHaveLength(12);
    expect(value(krippendorffsAlpha(units, metric))).toBeCloseTo(expected, 5);
  });

  test('T-K3 · has 40 values that can be paired, Do 0.2000 and De 0.7795 for nominal values', () => {
    const units = coded('123321412...', '1233224125.3', '.3332342251.', '12332441251.');
    const paired = units.map(({ values }) => values.filter((said) => said !== null)).filter((said) => said.length > 1);
    expect(paired.flat()).toHaveLength(40);
    const unlike = paired.map(
      (said) =>
        said.flatMap((one, i) => said.filter((other, j) => i !== j && one !== other)).length / (said.length - 1),
    );
    const observed = unlike.reduce((sum, each) => sum + each, 0) / 40;
    expect(observed).toBeCloseTo(0.2, 10);
    expect(observed / (1 - value(krippendorffsAlpha(units)))).toBeCloseTo(0.7795, 4);
    // Without the unit that only one coder spoke of it is the same.
    expect(krippendorffsAlpha(units.slice(0, 11))).toEqual(krippendorffsAlpha(units));
  });

  test('T-K4 · three coders with many gaps', () => {
    const units = coded('.....34121133.3', '1.213343.......', '..21344.21133.4');
    expect(value(krippendorffsAlpha(units))).toBeCloseTo(56 / 81, 10);
    expect(value(krippendorffsAlpha(units, 'interval'))).toBeCloseTo(0.811, 3);
    // 26 values, of which 6, 4, 7 and 3 met their like.
    const paired = units.map(({ values }) => values.filter((said) => said !== null)).filter((said) => said.length > 1);
    expect(paired.flat()).toHaveLength(26);
    expect(
      [1, 2, 3, 4].map((wanted) =>
        paired.reduce((sum, said) => {
          const count = said.filter((each) => each === wanted).length;
          return sum + (count * (count - 1)) / (said.length - 1);
        }, 0),
      ),
    ).toEqual([6, 4, 7, 3]);
  });

  test('T-K5 · a continuum of 24 characters, one theme', () => {
    const pieces = compared(spans([2, 10], [14, 20]), spans([4, 8], [15, 17]), 24);
    const table = tableOf(pieces);
    expect(table).toEqual({ a: 6, b: 8, c: 0, d: 10 });
    expect(value(cohensKappa(table))).toBeCloseTo(0.385, 3);
    expect(
      value(
        scottsPi([
          [6, 8],
          [0, 10],
        ]),
      ),
    ).toBeCloseTo(0.314, 3);
    expect(value(krippendorffsAlpha(unitsOf(pieces)))).toBeCloseTo(0.329, 3);
    expect(value(holsti(table))).toBeCloseTo(0.6, 10);
    expect(value(percentAgreement(table))).toBeCloseTo(0.667, 3);
  });

  test('T-K6 · five coders, forty units', () => {
    const rows =
      '112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1 212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1';
    const units = rows.split(' ').flatMap((row) => ({ values: coded(row).map(({ values }) => values[0]!) }));
    expect(units).toHaveLength(40);
    expect(value(krippendorffsAlpha(units, 'ordinal'))).toBeCloseTo(0.7598, 4);
    expect(value(krippendorffsAlpha(units, 'nominal'))).toBeCloseTo(0.4765, 4);
  });

  test('T-K7 · the fifty proposals', () => {
    const table = { a: 20, b: 5, c: 10, d: 15 };
    expect(value(percentAgreement(table))).toBeCloseTo(0.7, 10);
    expect(byChance(table)).toBeCloseTo(0.5, 10);
    expect(value(cohensKappa(table))).toBeCloseTo(0.4, 10);
  });

  test('T-K8 · a thousand characters, 150 of them by one coder alone', () => {
    const table = { a: 50, b: 100, c: 50, d: 800 };
    expect(value(percentAgreement(table))).toBeCloseTo(0.85, 10);
    expect(value(cohensKappa(table))).toBeCloseTo(0.3182, 4);
    expect(alphaOf(table)).toBeCloseTo(0.3146, 4);
    expect(value(holsti(table))).toBeCloseTo(0.4, 10);
    expect(value(jaccard(table))).toBeCloseTo(0.25, 10);
  });

  test('T-K9 · agreement on coded text, and Holsti, of a picture of passages', () => {
    const table = { a: 10 + 12 + 0 + 4, b: 0 + 2 + 4, c: 2 + 6, d: 10 };
    expect(value(jaccard(table))).toBeCloseTo(26 / 40, 10);
    expect(value(holsti(table))).toBeCloseTo(52 / 66, 10);
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
