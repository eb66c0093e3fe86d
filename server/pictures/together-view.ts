import { filterHref } from '../extracts/extract-filter.ts';
import { drawHeatMap } from './drawing/heat-map.ts';
import { type Picture, type Place, whole } from './picture.ts';
import type { PictureData } from './picture-queries.ts';
import { extractsWithin } from './scope.ts';
import { inCodebookOrder, mostMet } from './together.ts';
import { counted } from '../shared/counted.ts';

// More than this cannot be told apart in one picture, nor read in one table; the CSV has them all.
const DRAWN = { wide: 18, middle: 12, narrow: 7 };
const DRAWN_IN_FILE = 30;
const LISTED = 300;

/** Which themes meet, and how often. */
export function togetherPicture(
  { request, themes, meetings }: Extract<PictureData, { kind: 'themes-together' }>,
  place: Place,
): Picture {
  const order = themes.map(({ id }) => id);
  const pairs = inCodebookOrder(meetings, order);
  const themeOf = new Map(themes.map((theme) => [theme.id, theme]));
  const nameOf = (id: string): string => themeOf.get(id)?.name ?? '';
  const countOf = new Map(pairs.map((pair) => [`${pair.first} ${pair.second}`, pair.pairs]));
  const met = mostMet(pairs, order, order.length).length;
  const href = (first: string, second: string): string => {
    const { agency, phase, coder } = request;
    const base = `${place.path}/pictures/themes-together/${first}/${second}`;
    const query = new URLSearchParams(
      [...filterHrefFields({ agency, phase, coder }), ['within', request.within]].map(([name, value]) => [
        name!,
        value!,
      ]),
    );
    return `${base}?${query}`;
  };
  const most = pairs[0];
  const inNote = request.within === 'note';
  const counting = [
    inNote
      ? 'Counted are pairs of codings, one of each theme, in the same note, whoever coded them.'
      : 'Counted are pairs of codings, one of each theme, that share at least one character, whoever coded them.',
    'A theme is counted without its sub-themes.',
  ];
  return {
    ...(pairs.length === 0 && {
      empty: {
        text: inNote
          ? 'No note has passages of two themes yet. Give the passages of a note more than one theme, and they are counted here.'
          : 'No words have been given two themes yet. Give a passage a second theme, or look for themes in the same note.',
      },
    }),
    alt: `A triangle of squares, one for each two themes that meet.${
      most
        ? ` Most often: ${nameOf(most.first)} with ${nameOf(most.second)}, ${counted(most.pairs, 'pair', 'pairs')} of codings.`
        : ''
    } The table below has the same numbers.`,
    facts: [
      ...counting,
      ...(met > DRAWN.wide
        ? [
            `The picture shows the ${DRAWN.wide} themes that meet most often, out of ${met}; on a narrower screen fewer. The file shows ${met > DRAWN_IN_FILE ? DRAWN_IN_FILE : 'them all'}.`,
          ]
        : []),
      ...(pairs.length > LISTED
        ? [`The table lists the first ${LISTED} of ${whole(pairs.length)} pairs; the CSV has them all.`]
        : []),
    ],
    foot: [
      met > DRAWN_IN_FILE
        ? `Drawn are the ${DRAWN_IN_FILE} themes that meet most often, out of ${met} that meet another.`
        : `Drawn are all ${met} themes that meet another.`,
      ...counting,
    ],
    table: {
      caption: inNote ? 'Two themes in the same note' : 'Two themes on the same words',
      columns: ['Theme', 'Other theme', 'Pairs of codings', 'Notes'].map((name) => ({ name })),
      rows: pairs.slice(0, LISTED).map(({ first, second, pairs: count, notes }) => ({
        header: {
          text: nameOf(first),
          depth: 0,
          href: filterHref(`${place.path}/extracts`, extractsWithin(request, { theme: [first] })),
        },
        strong: false,
        cells: [
          {
            text: nameOf(second),
            href: filterHref(`${place.path}/extracts`, extractsWithin(request, { theme: [second] })),
          },
          { text: whole(count), more: ` pairs of ${nameOf(first)} and ${nameOf(second)}`, href: href(first, second) },
          { text: whole(notes) },
        ],
      })),
    },
    csv: [
      ['theme', 'other_theme', 'pairs_of_codings', 'notes'],
      ...pairs.map(({ first, second, pairs: count, notes }) => [
        themeOf.get(first)?.path ?? '',
        themeOf.get(second)?.path ?? '',
        count,
        notes,
      ]),
    ],
    draw: (frame) => {
      const shown = mostMet(pairs, order, frame.lettering ? DRAWN_IN_FILE : DRAWN[frame.layout]);
      return drawHeatMap(
        {
          columns: shown.slice(0, -1).map((_, index) => ({ label: String(index + 1), short: String(index + 1) })),
          rows: shown.map((id, index) => ({
            label: `${index + 1}  ${nameOf(id)}`,
            depth: 0,
            strong: false,
            squares: shown.slice(0, index).map((above) => {
              const value = countOf.get(`${above} ${id}`) ?? 0;
              if (value === 0) return { value, text: '·' };
              const title = `${nameOf(above)} and ${nameOf(id)}: ${counted(value, 'pair', 'pairs')}`;
              return { value, text: whole(value), link: { href: href(above, id), title } };
            }),
          })),
          unit: 'pairs of codings',
          format: whole,
          counts: true,
        },
        { ...frame, label: inNote ? 'Themes in the same note' : 'Themes on the same words' },
      );
    },
  };
}

function filterHrefFields(scope: { agency: string[]; phase: string[]; coder: string[] }): [string, string][] {
  return Object.entries(scope).flatMap(([field, values]) => values.map((value): [string, string] => [field, value]));
}
