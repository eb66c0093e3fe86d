import { addTables, cohensKappa, holsti, jaccard, percentAgreement, type Table, tableOf } from './agreement.ts';
import { krippendorffsAlpha, type Unit, unitsOf } from './alpha.ts';
import { type Disagreement, disagreementsOf } from './disagreements.ts';
import { type Measure, meanOf, NEEDS_TWO, undefinedBecause } from './measure.ts';
import { lengthOf, piecesOf, type Piece, type Span, union } from './spans.ts';

/** A stretch that a coder gave a theme to. */
export type CodedSpan = Span & { coderId: string; themeId: string };

/** A note to compare: its coders, what they coded, and the stretches of its text that count. */
export type NoteToCompare = { id: string; coders: string[]; spans: CodedSpan[]; counted: Span[] };

/** `table` only where two coders are compared. Percent, Jaccard, Holsti and kappa are means over `pairs`; alpha is not. */
export type Figures = {
  percent: Measure;
  jaccard: Measure;
  holsti: Measure;
  kappa: Measure;
  alpha: Measure;
  table: Table | undefined;
  pairs: PairFigures[];
  pairsExcluded: number;
};
export type PairFigures = {
  first: string;
  second: string;
  table: Table;
  percent: Measure;
  jaccard: Measure;
  holsti: Measure;
  kappa: Measure;
};

/** `notesExcluded`: in so many notes kappa is not defined, so that `meanKappa`, the mean over notes, leaves them out. */
export type ThemeFigures = {
  themeId: string;
  pooled: Figures;
  /** `isGiven`: whether anybody gave the theme in this note. */
  notes: { id: string; isGiven: boolean; figures: Figures }[];
  meanKappa: Measure;
  notesExcluded: number;
};

/** The figures of each theme that anybody gave in any of the notes, pooled and by note. `coders` gives their order. */
export function compareThemes(coders: readonly string[], notes: readonly NoteToCompare[]): ThemeFigures[] {
  const grouped = notes.map((note) => ({ note, spans: byThemeAndCoder(note) }));
  const themes = new Set(grouped.flatMap(({ spans }) => [...spans.keys()]));
  return [...themes].map((themeId) => {
    const read = grouped.map(({ note, spans }) => ({
      id: note.id,
      isGiven: spans.has(themeId),
      ...readNote(coders, note, spans.get(themeId)),
    }));
    const byNote = read.map(({ id, isGiven, ...one }) => ({ id, isGiven, figures: figuresOf(coders, [one]) }));
    const { mean, excluded } = meanOf(byNote.map(({ figures }) => figures.kappa));
    return { themeId, pooled: figuresOf(coders, read), notes: byNote, meanKappa: mean, notesExcluded: excluded };
  });
}

export type ThemeDisagreement = Disagreement & { themeId: string; coders: string[] };

/** Where the note's coders differ, in reading order; `order` ranks themes at the same place. */
export function disagreementsIn(note: NoteToCompare, order: ReadonlyMap<string, number>): ThemeDisagreement[] {
  const found = [...byThemeAndCoder(note)].flatMap(([themeId, given]) =>
    disagreementsOf(note.coders.map((coder) => given.get(coder) ?? [])).map((disagreement) => ({
      ...disagreement,
      themeId,
      coders: note.coders,
    })),
  );
  const rank = (themeId: string) => order.get(themeId) ?? order.size;
  return found.toSorted((left, right) => left.start - right.start || rank(left.themeId) - rank(right.themeId));
}

/** How many characters of the notes count. */
export function charactersCounted(notes: readonly NoteToCompare[]): number {
  return notes.reduce((sum, { counted }) => sum + lengthOf(counted), 0);
}

type ReadNote = { pieces: Piece[]; missing: Set<number> };

type ByCoder = Map<string, CodedSpan[]>;

function byThemeAndCoder({ spans }: NoteToCompare): Map<string, ByCoder> {
  const themes = new Map<string, ByCoder>();
  for (const span of spans) {
    const coders: ByCoder = themes.get(span.themeId) ?? new Map();
    themes.set(span.themeId, coders.set(span.coderId, coders.get(span.coderId) ?? []));
    coders.get(span.coderId)!.push(span);
  }
  return themes;
}

function readNote(coders: readonly string[], note: NoteToCompare, given: ByCoder | undefined): ReadNote {
  const missing = new Set([...coders.keys()].filter((place) => !note.coders.includes(coders[place]!)));
  const unions = coders.map((coder) => union(given?.get(coder) ?? []));
  return { pieces: piecesOf(unions, union(note.counted)), missing };
}

function figuresOf(coders: readonly string[], notes: readonly ReadNote[]): Figures {
  const pairs = [...coders.keys()].flatMap((first) =>
    [...coders.keys()].slice(first + 1).flatMap((second) => {
      const shared = notes.filter(({ missing }) => !missing.has(first) && !missing.has(second));
      if (shared.length === 0) return [];
      const table = addTables(shared.map(({ pieces }) => tableOf(pieces, first, second)));
      return [{ first: coders[first]!, second: coders[second]!, table, ...indicesOf(table) }];
    }),
  );
  const units: Unit[] = notes.flatMap(({ pieces, missing }) => unitsOf(pieces, missing));
  const over = (index: 'percent' | 'jaccard' | 'holsti' | 'kappa') => meanOf(pairs.map((pair) => pair[index]));
  const kappa = over('kappa');
  return {
    percent: over('percent').mean,
    jaccard: over('jaccard').mean,
    holsti: over('holsti').mean,
    kappa: kappa.mean,
    alpha: pairs.length === 0 ? undefinedBecause(NEEDS_TWO) : krippendorffsAlpha(units),
    table: pairs.length === 1 ? pairs[0]!.table : undefined,
    pairs,
    pairsExcluded: kappa.excluded,
  };
}

function indicesOf(table: Table) {
  return {
    percent: percentAgreement(table),
    jaccard: jaccard(table),
    holsti: holsti(table),
    kappa: cohensKappa(table),
  };
}
