import { scaleLinear, scaleSqrt } from 'd3-scale';
import { type Drawing, type Framed, framed, type Spot, WIDTH } from './frame.ts';
import { fits, fitted, textWidth, wrapped } from './lettering.ts';
import { element, RULE, SOFT, text } from './svg.ts';

/** `text` is printed in the square; null values are places where there is nothing to count, and stay white. `link`: what it leads to. */
export type Square = { value: number | null; text: string; link?: { href: string; title: string } | undefined };

export type HeatMap = {
  columns: { label: string; short: string }[];
  /** `depth` indents; `strong` begins a group. Squares of a triangle may be fewer than the columns. */
  rows: { label: string; depth: number; strong: boolean; squares: Square[] }[];
  /** What the numbers are, for the legend: "codings". */
  unit: string;
  format: (value: number) => string;
  /** Whole numbers are counts, and spread by their square root so that small ones differ too; shares are not. */
  counts: boolean;
};

const SHADES = ['#edf4f3', '#5fa3a6', '#0b3f46'];
// Where dark letters and white ones are equally easy to read.
const TURN = 0.68;

/** Squares in rows and columns, each with its number: darker is more. */
export function drawHeatMap(map: HeatMap, frame: Framed): Drawing {
  const narrow = frame.layout === 'narrow';
  const size = narrow ? 12 : 13.5;
  const labels = map.rows.map(({ label, depth, strong }) => textWidth(label, size, strong) + depth * (narrow ? 8 : 16));
  const labelWidth = Math.min(Math.max(60, ...labels) + 12, narrow ? 132 : frame.layout === 'middle' ? 260 : 340);
  const room = WIDTH[frame.layout] - labelWidth;
  const cellIn = (width: number, columns: number) =>
    Math.min(Math.max(width / Math.max(1, columns), narrow ? 34 : 38), narrow ? 90 : 112);
  const level = cellIn(room, map.columns.length);
  const { reach } = columnHeads(map, level, narrow);
  // Where heads stand at an angle, the last reaches out past its column by what is more than half of that.
  const cell = reach === 0 ? level : Math.min(level, cellIn(room - reach - 1, map.columns.length - 0.5));
  const heads = columnHeads(map, cell, narrow);
  const rowHeight = narrow ? 36 : 30;
  const gap = narrow ? 6 : 8;
  const tops: number[] = [];
  let height = heads.height + 6;
  for (const [index, { strong }] of map.rows.entries()) {
    if (strong && index > 0) height += gap;
    tops.push(height);
    height += rowHeight;
  }
  const most = Math.max(0, ...map.rows.flatMap(({ squares }) => squares.map(({ value }) => value ?? 0)));
  const place = (map.counts ? scaleSqrt() : scaleLinear()).domain([0, most || 1]).range([0, 1]);
  const tint = scaleLinear<string>().domain([0, 0.5, 1]).range(SHADES);
  const shade = (value: number): string => tint(place(value));
  const legend = legendOf(map, (step) => place.invert(step), shade);
  const width = Math.max(labelWidth + cell * map.columns.length + heads.overhang, legend.width);
  const boxOf = (row: number, column: number): Box => ({
    x: labelWidth + column * cell,
    y: tops[row]!,
    width: cell,
    height: rowHeight,
  });
  const spots = map.rows.flatMap(({ squares }, row) =>
    squares.flatMap(({ link }, column): Spot[] => (link ? [{ ...link, ...boxOf(row, column) }] : [])),
  );
  return framed(frame, { width, height: height + 18 + legend.height }, spots, (x, y) => [
    element(
      'g',
      { transform: `translate(${x} ${y})` },
      heads.draw(labelWidth),
      ...map.rows.map(({ label, depth, strong, squares }, index) => {
        const top = tops[index]!;
        const indent = depth * (narrow ? 8 : 16);
        const rows = wrapped(label, labelWidth - 12 - indent, size, narrow ? 2 : 1, strong);
        const first = top + rowHeight / 2 + size * 0.35 - ((rows.length - 1) * 14) / 2;
        return [
          ...rows.map((words, row) =>
            text(indent, first + row * 14, words, { 'font-size': size, 'font-weight': strong ? 700 : undefined }),
          ),
          ...squares.map((square, column) => drawSquare(square, boxOf(index, column), { shade, place })),
        ].join('');
      }),
      element('g', { transform: `translate(0 ${height + 18})` }, legend.svg),
    ),
  ]);
}

type Box = { x: number; y: number; width: number; height: number };

function drawSquare(
  { value, text: words }: Square,
  { x, y, width, height }: Box,
  { shade, place }: { shade: (value: number) => string; place: (value: number) => number },
): string {
  const empty = value === null || value === 0;
  const fill = value === null ? '#ffffff' : shade(value);
  const dark = value !== null && place(value) > TURN;
  return (
    element('rect', {
      x: x + 1,
      y: y + 1,
      width: width - 2,
      height: height - 2,
      rx: 2,
      fill,
      stroke: empty ? RULE : undefined,
    }) +
    text(x + width / 2, y + height / 2 + 4.5, words, {
      'text-anchor': 'middle',
      'font-size': width < 40 && words.length > 4 ? 10.5 : 12.5,
      fill: dark ? '#ffffff' : empty ? SOFT : '#000000',
    })
  );
}

// Level where each fits above its column in four lines, else at an angle.
function columnHeads({ columns }: HeatMap, cell: number, narrow: boolean) {
  const size = narrow ? 11.5 : 12.5;
  const named = columns.map(({ label, short }) => (narrow ? short : label));
  const level = named.every((name) => fits(name, cell - 6, size, 4));
  if (level) {
    const lines = named.map((name) => wrapped(name, cell - 6, size, 4));
    const height = Math.max(1, ...lines.map((each) => each.length)) * 15 + 2;
    return {
      height,
      reach: 0,
      overhang: 0,
      draw: (left: number) =>
        lines
          .flatMap((each, column) =>
            each.map((words, row) =>
              text(left + (column + 0.5) * cell, height - 4 - (each.length - 1 - row) * 15, words, {
                'text-anchor': 'middle',
                'font-size': size,
                'font-weight': 700,
              }),
            ),
          )
          .join(''),
    };
  }
  const cut = named.map((name) => fitted(name, 150, size, true));
  const longest = Math.max(0, ...cut.map((name) => textWidth(name, size, true)));
  const height = longest * 0.71 + 20;
  return {
    height,
    reach: longest * 0.71,
    overhang: Math.max(0, longest * 0.71 - cell / 2),
    draw: (left: number) =>
      cut
        .map((name, column) => {
          const [x, y] = [left + (column + 0.5) * cell, height - 4];
          return text(x, y, name, { transform: `rotate(-45 ${x} ${y})`, 'font-size': size, 'font-weight': 700 });
        })
        .join(''),
  };
}

// The shades with the numbers that they stand for; where those are few, fewer shades.
function legendOf(
  { unit, format, counts }: HeatMap,
  valueAt: (step: number) => number,
  shade: (value: number) => string,
) {
  const values = [0, 0.25, 0.5, 0.75, 1].map((step) => (counts ? Math.round(valueAt(step)) : valueAt(step)));
  const shown = values.filter((value, index) => values.findIndex((each) => format(each) === format(value)) === index);
  const swatch = 46;
  const svg = shown.map(
    (value, index) =>
      element('rect', {
        x: index * swatch,
        y: 0,
        width: swatch - 2,
        height: 12,
        rx: 2,
        fill: shade(value),
        stroke: value === 0 ? RULE : undefined,
      }) +
      text(index * swatch + (swatch - 2) / 2, 27, format(value), {
        'text-anchor': 'middle',
        'font-size': 11.5,
        fill: SOFT,
      }),
  );
  const beside = shown.length * swatch + 8;
  svg.push(text(beside, 11, unit, { 'font-size': 12, fill: SOFT }));
  return { svg: svg.join(''), width: beside + textWidth(unit, 12), height: 32 };
}
