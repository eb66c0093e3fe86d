import { filterHref } from '../extracts/extract-filter.ts';
import { drawHeatMap } from './drawing/heat-map.ts';
import { type Picture, type Place, whole } from './picture.ts';
import type { PictureData } from './picture-queries.ts';
import { extractsWithin } from './scope.ts';
import { perThousandWords, themeMatrix } from './theme-matrix.ts';
import { counted } from '../shared/counted.ts';

type Data = Extract<PictureData, { kind: 'themes-by-agency' | 'themes-by-phase' }>;

const rateText = (rate: number | null): string =>
  rate === null ? '–' : rate === 0 ? '0' : rate >= 100 ? whole(Math.round(rate)) : rate.toFixed(rate < 1 ? 2 : 1);

/** Themes against agencies or phases, sub-themes rolled up as the page of extracts rolls them up. */
export function matrixPicture(data: Data, place: Place): Picture {
  const byAgency = data.kind === 'themes-by-agency';
  const { request, words } = data;
  const asked = byAgency ? request.agency : request.phase;
  const all: { id: string; name: string; code?: string }[] = byAgency ? data.agencies : data.phases;
  const columns = all.filter(({ id }) => asked.length === 0 || asked.includes(id));
  const ids = columns.map(({ id }) => id);
  const matrix = themeMatrix(data.themes, ids, data.counts);
  const rows = data.themes
    .map((theme, index) => ({ theme, ...matrix[index]! }))
    .filter(({ theme }) => request.depth === 'all' || theme.depth === 0);
  const asRate = request.measure === 'rate';
  const href = (theme: string | null, column: string | null): string =>
    filterHref(
      `${place.path}/extracts`,
      extractsWithin(request, {
        ...(theme !== null && { theme: [theme] }),
        ...(column !== null && { [byAgency ? 'agency' : 'phase']: [column] }),
      }),
    );
  const allWords = ids.reduce((sum, id) => sum + (words.get(id) ?? 0), 0);
  const cell = (count: number, wordsThere: number, link: string) => {
    const rate = perThousandWords(count, wordsThere);
    const shown = asRate ? rateText(rate) : whole(count);
    if (count === 0) return { text: shown };
    return {
      text: shown,
      href: link,
      ...(asRate && { more: ` for 1,000 words: ${counted(count, 'coding', 'codings')}` }),
    };
  };
  const unit = asRate ? 'codings for every 1,000 words' : 'codings';
  const most = rows
    .flatMap(({ theme, counts }) => counts.map((count, index) => ({ theme, count, column: columns[index]! })))
    .reduce<{ theme: { path: string }; count: number; column: { name: string } } | undefined>(
      (best, each) => (each.count > (best?.count ?? 0) ? each : best),
      undefined,
    );
  const what = byAgency ? 'agencies' : 'phases';
  const ofWords = asRate ? [`Words are those of all notes of the ${byAgency ? 'agency' : 'phase'}, coded or not.`] : [];
  return {
    alt: `A grid of ${counted(rows.length, 'theme', 'themes')} by ${counted(columns.length, byAgency ? 'agency' : 'phase', what)}, with the number of ${unit} in each square.${
      most ? ` Most codings: ${most.theme.path} at ${most.column.name}, ${whole(most.count)}.` : ''
    } The table below has the same numbers.`,
    facts: ['The number of a theme includes that of its sub-themes.', ...ofWords],
    foot: ['A theme includes its sub-themes.', ...ofWords],
    table: {
      caption: asRate ? 'Codings for every 1,000 words' : 'Numbers of codings',
      columns: [{ name: 'Theme' }, ...columns, { name: byAgency ? 'All agencies' : 'All phases' }],
      rows: rows.map(({ theme, counts, total }) => ({
        header: { text: theme.name, depth: Math.min(theme.depth, 4), href: `${place.path}/themes/${theme.id}` },
        strong: theme.depth === 0,
        cells: [
          ...counts.map((count, index) => cell(count, words.get(ids[index]!) ?? 0, href(theme.id, ids[index]!))),
          cell(total, allWords, href(theme.id, null)),
        ],
      })),
      ...(asRate && {
        foot: `Words: ${columns.map(({ id, name }) => `${name} ${whole(words.get(id) ?? 0)}`).join(', ')}.`,
      }),
    },
    csv: [
      ['theme', ...columns.flatMap(({ name }) => [`${name}: codings`, `${name}: per 1,000 words`]), 'all: codings'],
      ...rows.map(({ theme, counts, total }) => [
        theme.path,
        ...counts.flatMap((count, index) => {
          const rate = perThousandWords(count, words.get(ids[index]!) ?? 0);
          return [count, rate === null ? null : Number(rate.toFixed(4))];
        }),
        total,
      ]),
    ],
    draw: (frame) =>
      drawHeatMap(
        {
          columns: columns.map(({ name, code }) => ({ label: name, short: code ?? name })),
          rows: rows.map(({ theme, counts }) => ({
            label: theme.name,
            depth: request.depth === 'top' ? 0 : theme.depth,
            strong: theme.depth === 0 && request.depth === 'all',
            squares: counts.map((count, index) => {
              const value = asRate ? perThousandWords(count, words.get(ids[index]!) ?? 0) : count;
              const link = count > 0 && {
                href: href(theme.id, ids[index]!),
                title: `${theme.name}, ${columns[index]!.name}: ${counted(count, 'coding', 'codings')}`,
              };
              return { value, text: asRate ? rateText(value) : whole(count), ...(link && { link }) };
            }),
          })),
          unit,
          format: (value) => (asRate ? rateText(value) : whole(value)),
          counts: !asRate,
        },
        { ...frame, label: byAgency ? 'Themes by agency' : 'Themes by phase' },
      ),
  };
}
