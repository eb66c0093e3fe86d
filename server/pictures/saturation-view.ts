import { filterHref } from '../extracts/extract-filter.ts';
import { formatDate, toLocalDate } from '../shared/dates.ts';
import { drawSaturation } from './drawing/saturation-chart.ts';
import { type Picture, type Place, whole } from './picture.ts';
import type { PictureData } from './picture-queries.ts';
import { saturation } from './saturation.ts';
import { extractsWithin } from './scope.ts';
import { counted } from '../shared/counted.ts';

// More rows than this are read by nobody: then only the notes that added a theme are listed, and the CSV has them all.
const LISTED = 200;

/** New themes by note in visit order; themes count as they were coded, not with those above them. */
export function saturationPicture(
  { request, coded, themes, noteCount }: Extract<PictureData, { kind: 'saturation' }>,
  place: Place,
): Picture {
  const { steps, last } = saturation(coded.map((note) => note.themes));
  const nameOf = new Map(themes.map(({ id, name }) => [id, name]));
  const orderOf = new Map(themes.map(({ id }, index) => [id, index]));
  const base = `${place.path}/extracts`;
  const extracts = (note: string, theme?: string): string =>
    filterHref(base, extractsWithin(request, { note: [note], ...(theme !== undefined && { theme: [theme] }) }));
  const rows = coded.map((note, index) => ({ ...note, number: index + 1, ...steps[index]! }));
  const listed = rows.length <= LISTED ? rows : rows.filter(({ fresh }) => fresh.length > 0);
  const sorted = (ids: string[]) => ids.toSorted((left, right) => (orderOf.get(left) ?? 0) - (orderOf.get(right) ?? 0));
  const final = last === null ? undefined : rows[last];
  const found = steps.at(-1)?.cumulative ?? 0;
  const label = 'New themes by note, in the order of the visits';
  // Those that the table lists, no more.
  const linkOf = (index: number) => {
    const row = rows[index];
    if (!row || (rows.length > LISTED && row.fresh.length === 0)) return undefined;
    return { href: extracts(row.id), title: `${whole(row.number)}. ${row.title}: ${row.fresh.length} new` };
  };
  const uncoded = noteCount - coded.length;
  const end = final
    ? `The last note that added a theme is note ${whole(final.number)} of ${whole(rows.length)}, “${final.title}” (${final.agencyName}, ${formatDate(final.visitedAt, place.timeZone)}); ${
        rows.length === final.number
          ? 'no note comes after it.'
          : `${counted(rows.length - final.number, 'note', 'notes')} after it added none.`
      }`
    : '';
  const leftOut =
    uncoded > 0
      ? [
          `${counted(uncoded, 'note is', 'notes are')} left out, because nobody has coded ${uncoded === 1 ? 'it' : 'them'} yet.`,
        ]
      : [];
  return {
    alt: `Bars for ${counted(rows.length, 'coded note', 'coded notes')} and a line that rises to ${counted(found, 'theme', 'themes')}. ${end} The table below has the same numbers.`,
    facts: [...(end ? [end] : []), ...leftOut],
    // Without the title of a note, which is not for everybody who is given the file.
    foot: leftOut,
    table: {
      caption:
        listed.length === rows.length ? 'Coded notes in the order of their visits' : 'The notes that added a theme',
      columns: ['Note', 'Visited', 'Codings', 'New themes', 'Themes so far', 'Which were new'].map((name) => ({
        name,
      })),
      rows: listed.map(({ id, title, agencyName, visitedAt, codings, number, fresh, cumulative }) => ({
        header: { text: `${whole(number)}. ${title}`, depth: 0, href: `${place.path}/notes/${id}` },
        strong: false,
        cells: [
          { text: `${agencyName}, ${formatDate(visitedAt, place.timeZone)}` },
          { text: whole(codings), href: extracts(id) },
          { text: whole(fresh.length) },
          { text: whole(cumulative) },
          {
            text: '',
            lines: sorted(fresh).map((theme) => ({ text: nameOf.get(theme) ?? '', href: extracts(id, theme) })),
          },
        ],
      })),
    },
    csv: [
      ['note', 'title', 'agency', 'visit_date', 'codings', 'new_themes', 'themes_so_far', 'which_were_new'],
      ...rows.map((row) => [
        row.number,
        row.title,
        row.agencyName,
        toLocalDate(row.visitedAt, place.timeZone),
        row.codings,
        row.fresh.length,
        row.cumulative,
        sorted(row.fresh)
          .map((theme) => nameOf.get(theme) ?? '')
          .join('; '),
      ]),
    ],
    draw: (frame) => drawSaturation({ steps, last, linkOf }, { ...frame, label }),
  };
}
