import { type Measure, NO_VARIATION, NOT_USED, NOTHING_COUNTED, undefinedBecause } from './measure.ts';
import type { Piece } from './spans.ts';

/** One theme, two coders, in characters: both coded it, only the first, only the second, neither. */
export type Table = { a: number; b: number; c: number; d: number };

export const EMPTY_TABLE: Table = { a: 0, b: 0, c: 0, d: 0 };

/** The table of the coders at places `first` and `second` of the pieces. */
export function tableOf(pieces: readonly Piece[], first = 0, second = 1): Table {
  const table = { ...EMPTY_TABLE };
  for (const { start, end, coded } of pieces) {
    const cell = coded[first] ? (coded[second] ? 'a' : 'b') : coded[second] ? 'c' : 'd';
    table[cell] += end - start;
  }
  return table;
}

/** Notes are pooled by adding their tables: long notes weigh more, as they should. */
export function addTables(tables: readonly Table[]): Table {
  return tables.reduce(
    (sum, { a, b, c, d }) => ({ a: sum.a + a, b: sum.b + b, c: sum.c + c, d: sum.d + d }),
    EMPTY_TABLE,
  );
}

export function percentAgreement({ a, b, c, d }: Table): Measure {
  return ratio(a + d, a + b + c + d, NOTHING_COUNTED);
}

/** Agreement on the text that anybody coded. */
export function jaccard({ a, b, c, d }: Table): Measure {
  return ratio(a, a + b + c, d === 0 ? NOTHING_COUNTED : NOT_USED);
}

export function holsti({ a, b, c, d }: Table): Measure {
  return ratio(2 * a, 2 * a + b + c, d === 0 ? NOTHING_COUNTED : NOT_USED);
}

export function cohensKappa({ a, b, c, d }: Table): Measure {
  return kappaOf([
    [a, b],
    [c, d],
  ]);
}

/** Cohen's kappa of a square table: rows are what the first coder said, columns what the second did. */
export function kappaOf(counts: readonly (readonly number[])[]): Measure {
  const { rows, columns } = margins(counts);
  return corrected(counts, (index) => rows[index]! * columns[index]!);
}

/** Scott's pi: as kappa, with what either coder says taken as chosen from one common distribution. */
export function scottsPi(counts: readonly (readonly number[])[]): Measure {
  const { rows, columns } = margins(counts);
  return corrected(counts, (index) => ((rows[index]! + columns[index]!) / 2) ** 2);
}

function margins(counts: readonly (readonly number[])[]) {
  return {
    rows: counts.map((row) => sum(row)),
    columns: counts.map((_, column) => sum(counts.map((row) => row[column]!))),
  };
}

// (Po − Pe) / (1 − Pe), both multiplied by N²: whole numbers, so that no variation is exactly nothing.
function corrected(counts: readonly (readonly number[])[], expected: (index: number) => number): Measure {
  const total = sum(counts.map((row) => sum(row)));
  const agreed = sum(counts.map((row, index) => row[index]!));
  const byChance = sum(counts.map((_, index) => expected(index)));
  if (total === 0) return undefinedBecause(NOTHING_COUNTED);
  return ratio(total * agreed - byChance, total * total - byChance, NO_VARIATION);
}

function ratio(part: number, whole: number, otherwise: string): Measure {
  return whole === 0 ? undefinedBecause(otherwise) : { value: part / whole };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
