import type { Table } from './agreement.ts';
import type { Figures, ThemeFigures } from './comparison.ts';
import { isDefined, type Measure } from './measure.ts';

const whole = (number: number): string => number.toLocaleString('en-GB');

/** "0.385", "−1.000"; words where it is not defined. A figure that would round to nothing says on which side it lies. */
export function measureText(measure: Measure): string {
  if (!isDefined(measure)) return measure.undefined;
  const { value } = measure;
  if (value !== 0 && Math.abs(value) < 0.0005) return value < 0 ? 'just below 0' : 'just above 0';
  if (value !== 1 && value > 0.9995) return 'just below 1';
  return value.toFixed(3).replace('-', '−');
}

/** "85.0 %" */
export function percentText(measure: Measure): string {
  if (!isDefined(measure)) return measure.undefined;
  const percent = measure.value * 100;
  if (percent !== 100 && percent > 99.95) return 'just below 100 %';
  return `${percent.toFixed(1)} %`;
}

function cell(measure: Measure, text = measureText(measure)) {
  return { text, isUndefined: !isDefined(measure) };
}

function tableCells({ a, b, c, d }: Table) {
  return { a: whole(a), b: whole(b), c: whole(c), d: whole(d) };
}

export function figuresRow(figures: Figures) {
  return {
    cells: [
      cell(figures.percent, percentText(figures.percent)),
      cell(figures.jaccard, percentText(figures.jaccard)),
      cell(figures.holsti),
      cell(figures.kappa),
      cell(figures.alpha),
    ],
    table: figures.table && tableCells(figures.table),
  };
}

/** Each theme's figures, pooled; by pair where more than two coders are compared; and by note where there are several. */
export function figuresView(
  themes: readonly ThemeFigures[],
  given: {
    paths: ReadonlyMap<string, string>;
    names: ReadonlyMap<string, string>;
    notes: ReadonlyMap<string, { title: string; href: string }>;
  },
) {
  const several = given.notes.size > 1;
  const rows = themes.map(({ themeId, pooled, notes, meanKappa, notesExcluded }) => ({
    themeId,
    theme: given.paths.get(themeId) ?? 'A theme that is gone',
    ...figuresRow(pooled),
    pairs:
      pooled.pairs.length < 2
        ? []
        : pooled.pairs.map((pair) => ({
            names: `${given.names.get(pair.first)} and ${given.names.get(pair.second)}`,
            table: tableCells(pair.table),
            cells: [
              cell(pair.percent, percentText(pair.percent)),
              cell(pair.jaccard, percentText(pair.jaccard)),
              cell(pair.holsti),
              cell(pair.kappa),
            ],
          })),
    pairsExcluded: excludedWords(pooled.pairsExcluded, 'pair'),
    notes: several ? notes.map(({ id, figures }) => ({ ...given.notes.get(id)!, ...figuresRow(figures) })) : [],
    notGiven: notGivenWords(notes.filter(({ isGiven }) => !isGiven).length),
    meanKappa: measureText(meanKappa),
    notesExcluded: excludedWords(notesExcluded, 'note'),
  }));
  const [pair, ...others] = themes[0]?.pooled.pairs ?? [];
  const only = (id: string) => `Only ${given.names.get(id)}`;
  return {
    rows,
    /** Over the four cells of the table, where there are two coders; which two is the same for every theme. */
    heads: pair && others.length === 0 ? ['Both', only(pair.first), only(pair.second), 'Neither'] : [],
  };
}

function excludedWords(count: number, what: string): string | undefined {
  if (count === 0) return undefined;
  return `${count} ${what}${count === 1 ? '' : 's'} left out of the mean of kappa, where it is not defined`;
}

function notGivenWords(count: number): string | undefined {
  if (count === 0) return undefined;
  return `In ${count} of the notes nobody gave it: all agree there, and nothing more is defined`;
}
