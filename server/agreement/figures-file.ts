import type { PairFigures, ThemeFigures } from './comparison.ts';
import { isDefined, type Measure } from './measure.ts';

const HEADER =
  'theme,scope,note_id,note_title,coders,basis,text_counted,both,first_only,second_only,neither,characters,percent_agreement,jaccard,holsti,cohens_kappa,krippendorffs_alpha';

/** The figures as CSV: for each theme a line pooled, a line for each pair, and a line for each note. */
export function figuresFile(
  themes: readonly ThemeFigures[],
  given: {
    paths: ReadonlyMap<string, string>;
    names: ReadonlyMap<string, string>;
    notes: ReadonlyMap<string, { title: string; coders: string[]; isIndependent: boolean }>;
    coders: readonly string[];
    text: 'whole' | 'on';
  },
): string {
  const text = given.text === 'whole' ? 'whole notes' : 'observations (ON) only';
  const people = (ids: readonly string[]) => ids.map((id) => given.names.get(id) ?? id).join('; ');
  const basisOf = (isIndependent: boolean) => (isIndependent ? 'independent' : 'not independent');
  const everyNote = [...given.notes.values()].every(({ isIndependent }) => isIndependent);
  const lines = themes.flatMap(({ themeId, pooled, notes }) => {
    const theme = given.paths.get(themeId) ?? themeId;
    const table = ({ table: t }: Pick<PairFigures, 'table'>) => [t.a, t.b, t.c, t.d, t.a + t.b + t.c + t.d];
    const noTable = ['', '', '', '', ''];
    const indices = (of: { percent: Measure; jaccard: Measure; holsti: Measure; kappa: Measure }) =>
      [of.percent, of.jaccard, of.holsti, of.kappa].map(figure);
    const basis = basisOf(everyNote);
    return [
      [theme, 'pooled', '', '', people(given.coders), basis, text].concat(
        (pooled.table ? table({ table: pooled.table }) : noTable).map(String),
        indices(pooled),
        figure(pooled.alpha),
      ),
      ...(pooled.pairs.length < 2 ? [] : pooled.pairs).map((pair) =>
        [theme, 'pair', '', '', people([pair.first, pair.second]), basis, text].concat(
          table(pair).map(String),
          indices(pair),
          '',
        ),
      ),
      ...notes.map(({ id, figures }) => {
        const note = given.notes.get(id)!;
        return [theme, 'note', id, note.title, people(note.coders), basisOf(note.isIndependent), text].concat(
          (figures.table ? table({ table: figures.table }) : noTable).map(String),
          indices(figures),
          figure(figures.alpha),
        );
      }),
    ];
  });
  return [HEADER, ...lines.map((line) => line.map(quoted).join(','))].join('\r\n').concat('\r\n');
}

function figure(measure: Measure): string {
  return isDefined(measure) ? String(measure.value) : measure.undefined;
}

// Spreadsheets run a cell that begins like a formula; a leading apostrophe makes it text. Negative figures stay numbers.
function quoted(cell: string): string {
  const guarded = /^[=+\-@\t\r]/.test(cell) && !/^-?\d/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
