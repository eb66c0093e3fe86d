import { filterHref } from '../extracts/extract-filter.ts';
import { drawBarChart } from './drawing/bar-chart.ts';
import { daysOf, everyMonth, monthName, shortMonth } from './months.ts';
import { type Picture, type Place, whole } from './picture.ts';
import type { PictureData } from './picture-queries.ts';
import { extractsWithin } from './scope.ts';
import { counted } from '../shared/counted.ts';

/** Codings month by month, by the day of the visit or of the coding. */
export function monthPicture(
  { request, months: known }: Extract<PictureData, { kind: 'coding-over-time' }>,
  place: Place,
): Picture {
  const months = everyMonth(known);
  const visited = request.by === 'visited';
  const href = (month: string): string => {
    const { from, to } = daysOf(month);
    const days = visited ? { from, to } : { coded_from: from, coded_to: to };
    return filterHref(`${place.path}/extracts`, extractsWithin(request, days));
  };
  const most = months.toSorted((left, right) => right.count - left.count)[0];
  const unit = visited ? 'Codings by the month of the visit' : 'Codings by the month in which they were made';
  const counts = visited
    ? 'A coding counts in the month of the visit that its note is about.'
    : 'A coding counts in the month in which it was made.';
  let sum = 0;
  const rows = months.map(({ month, count }) => ({ month, count, sum: (sum += count) }));
  return {
    alt: `A bar for each of ${counted(months.length, 'month', 'months')}.${
      most ? ` The highest is ${monthName(most.month)} with ${counted(most.count, 'coding', 'codings')}.` : ''
    } The table below has the same numbers.`,
    facts: [counts],
    foot: [counts],
    table: {
      caption: unit,
      columns: ['Month', 'Codings', 'Codings so far'].map((name) => ({ name })),
      rows: rows.map(({ month, count, sum: soFar }) => ({
        header: { text: monthName(month), depth: 0 },
        strong: false,
        cells: [count === 0 ? { text: '0' } : { text: whole(count), href: href(month) }, { text: whole(soFar) }],
      })),
    },
    csv: [
      [visited ? 'month_of_visit' : 'month_of_coding', 'codings', 'codings_so_far'],
      ...rows.map(({ month, count, sum: soFar }) => [month, count, soFar]),
    ],
    draw: (frame) =>
      drawBarChart(
        {
          bars: months.map(({ month, count }) => ({
            value: count,
            label: shortMonth(month, frame.layout === 'narrow' ? 1 : 3),
            group: month.slice(0, 4),
            ...(count > 0 && {
              link: { href: href(month), title: `${monthName(month)}: ${counted(count, 'coding', 'codings')}` },
            }),
          })),
          unit,
        },
        { ...frame, label: unit },
      ),
  };
}
