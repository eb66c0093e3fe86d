import { type Measure, NEEDS_TWO, NO_VARIATION, NOTHING_COUNTED, undefinedBecause } from './measure.ts';
import type { Piece } from './spans.ts';

export type Value = string | number;

/** What each coder said about one unit, null where they said nothing; `weight` counts units that are alike. */
export type Unit = { values: readonly (Value | null)[]; weight?: number };

export type Metric = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** What the pieces say as units, a character each; `missing` are the places of coders who did not code the note. */
export function unitsOf(pieces: readonly Piece[], missing: ReadonlySet<number> = new Set()): Unit[] {
  return pieces.map(({ start, end, coded }) => ({
    values: coded.map((isCoded, coder) => (missing.has(coder) ? null : Number(isCoded))),
    weight: end - start,
  }));
}

/**
 * Krippendorff's alpha for any number of coders, with units that some of them left out. Ordinal, interval and ratio are
 * for numbers. Undefined where nothing varies: reliability cannot be shown then. It may be below zero.
 */
export function krippendorffsAlpha(units: readonly Unit[], metric: Metric = 'nominal'): Measure {
  if (units.length === 0) return undefinedBecause(NOTHING_COUNTED);
  const { values, pairs } = coincidences(units);
  const totals = pairs.map((row) => row.reduce((sum, count) => sum + count, 0));
  const pairable = totals.reduce((sum, count) => sum + count, 0);
  if (pairable === 0) return undefinedBecause(NEEDS_TWO);
  const distance = DISTANCES[metric];
  let observed = 0;
  let expected = 0;
  for (const [c, row] of pairs.entries())
    for (const [k, count] of row.entries()) {
      if (c === k) continue;
      const squared = distance({ c, k, values, totals });
      observed += count * squared;
      expected += totals[c]! * totals[k]! * squared;
    }
  if (expected === 0) return undefinedBecause(NO_VARIATION);
  return { value: 1 - ((pairable - 1) * observed) / expected };
}

/** The values in order, and how often each met each within a unit; a unit with one value drops out. */
function coincidences(units: readonly Unit[]): { values: Value[]; pairs: number[][] } {
  const isValue = (value: Value | null): value is Value => value !== null;
  const said = units.map(({ values, weight = 1 }) => ({ values: values.filter(isValue), weight }));
  const pairable = said.filter(({ values }) => values.length > 1);
  const values = [...new Set(pairable.flatMap((unit) => unit.values))].toSorted((left, right) =>
    typeof left === 'number' && typeof right === 'number' ? left - right : left < right ? -1 : 1,
  );
  const places = new Map(values.map((value, place) => [value, place]));
  const pairs = values.map(() => values.map(() => 0));
  for (const unit of pairable) {
    const share = unit.weight / (unit.values.length - 1);
    for (const [i, one] of unit.values.entries())
      for (const [j, other] of unit.values.entries())
        if (i !== j) pairs[places.get(one)!]![places.get(other)!]! += share;
  }
  return { values, pairs };
}

type Compared = { c: number; k: number; values: readonly Value[]; totals: readonly number[] };

const DISTANCES: Record<Metric, (compared: Compared) => number> = {
  nominal: () => 1,
  ordinal: ({ c, k, totals }) => {
    const [from, to] = [Math.min(c, k), Math.max(c, k)];
    const between = totals.slice(from, to + 1).reduce((sum, count) => sum + count, 0);
    return (between - (totals[c]! + totals[k]!) / 2) ** 2;
  },
  interval: ({ c, k, values }) => (Number(values[c]) - Number(values[k])) ** 2,
  ratio: ({ c, k, values }) => ((Number(values[c]) - Number(values[k])) / (Number(values[c]) + Number(values[k]))) ** 2,
};
