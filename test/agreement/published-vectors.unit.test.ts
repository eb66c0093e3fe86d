import { describe, expect, test } from '@jest/globals';
import {
  cohensKappa,
  holsti,
  jaccard,
  kappaOf,
  percentAgreement,
  scottsPi,
  tableOf,
} from '../../server/agreement/agreement.ts';
import { krippendorffsAlpha, unitsOf } from '../../server/agreement/alpha.ts';
import { alphaOf, byChance, coded, compared, matrixOf, spans, value } from './worked-figures.ts';

// Expected figures and the names T-… are those of the methods page the product was built from, each with its source there.

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
