import { cohensKappa, percentAgreement, type Table } from '../../server/agreement/agreement.ts';
import { krippendorffsAlpha, type Unit, type Value } from '../../server/agreement/alpha.ts';
import { isDefined, type Measure } from '../../server/agreement/measure.ts';
import { piecesOf, type Span, union } from '../../server/agreement/spans.ts';

export const spans = (...pairs: [number, number][]): Span[] => pairs.map(([start, end]) => ({ start, end }));
export const compared = (first: Span[], second: Span[], length: number) =>
  piecesOf([union(first), union(second)], [{ start: 0, end: length }]);
export const value = (measure: Measure): number => {
  if (!isDefined(measure)) throw new Error(measure.undefined);
  return measure.value;
};
export const alphaOf = (table: Table): number =>
  value(
    krippendorffsAlpha([
      { values: [1, 1], weight: table.a },
      { values: [1, 0], weight: table.b },
      { values: [0, 1], weight: table.c },
      { values: [0, 0], weight: table.d },
    ]),
  );
// The agreement expected by chance, from what kappa made of it.
export const byChance = (table: Table): number => {
  const [agreed, kappa] = [value(percentAgreement(table)), value(cohensKappa(table))];
  return (agreed - kappa) / (1 - kappa);
};
// Coders a line each, a character a unit, `.` for missing.
export const coded = (...coders: string[]): Unit[] =>
  Array.from(coders[0]!, (_, unit) => ({
    values: coders.map((line): Value | null => {
      const said = line[unit]!;
      return said === '.' ? null : /\d/.test(said) ? Number(said) : said;
    }),
  }));
export const matrixOf = (first: string, second: string): number[][] => {
  const values = [...new Set(first + second)];
  return values.map((row) =>
    values.map((column) => Array.from(first).filter((said, at) => said === row && second[at] === column).length),
  );
};
