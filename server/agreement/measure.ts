/** A figure, or why there is none. What is not defined is never shown as a number. */
export type Measure = { value: number } | { undefined: string };

export const NO_VARIATION = 'not defined (no variation)';
export const NOT_USED = 'not defined (nobody gave it)';
export const NEEDS_TWO = 'not applicable: needs two coders';
export const NOTHING_COUNTED = 'not applicable: no text to compare';

export const undefinedBecause = (reason: string): Measure => ({ undefined: reason });

export function isDefined(measure: Measure): measure is { value: number } {
  return 'value' in measure;
}

/** The mean of those that are defined, and how many are not; undefined where none is. */
export function meanOf(measures: readonly Measure[]): { mean: Measure; excluded: number } {
  const values = measures.filter(isDefined).map(({ value }) => value);
  const excluded = measures.length - values.length;
  if (values.length === 0) return { mean: measures[0] ?? undefinedBecause(NEEDS_TWO), excluded };
  return { mean: { value: values.reduce((sum, value) => sum + value, 0) / values.length }, excluded };
}
