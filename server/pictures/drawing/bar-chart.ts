import { scaleBand, scaleLinear } from 'd3-scale';
import { type Drawing, type Framed, framed, type Spot, WIDTH } from './frame.ts';
import { textWidth } from './lettering.ts';
import { element, line, RULE, SOFT, text } from './svg.ts';

/** `label` stands below the bar, `group` below the first bar of its group: a month and its year. */
export type Bar = { value: number; label: string; group: string; link?: { href: string; title: string } | undefined };

export type BarChart = { bars: Bar[]; unit: string };

const FILL = '#12646e';

/** Bars side by side from zero, each with its number above it where there is room. */
export function drawBarChart({ bars, unit }: BarChart, frame: Framed): Drawing {
  const narrow = frame.layout === 'narrow';
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const height = narrow ? 220 : 300;
  const [top, bottom] = [34, top0(height)];
  const y = scaleLinear().domain([0, most]).nice(5).range([bottom, top]);
  const ticks = y.ticks(5).filter(Number.isInteger);
  const left = Math.max(...ticks.map((tick) => textWidth(number(tick), 12))) + 12;
  // A few bars stay slim, many stretch the picture: at a phone's width it then scrolls.
  const least = narrow ? 7 : 9;
  const width = Math.max(WIDTH[frame.layout], left + bars.length * least);
  const right = Math.min(width, left + bars.length * 84);
  const x = scaleBand<number>()
    .domain(bars.map((_, index) => index))
    .range([left, right])
    .paddingInner(0.22)
    .paddingOuter(0.2);
  const numbered = bars.every(({ value }) => textWidth(number(value), 12) < x.step() - 2);
  const labelled = bars.every(({ label }) => textWidth(label, 12) < x.step());
  // A low bar is a small thing to hit, so all above it belongs to it.
  const spots = bars.flatMap(({ link }, index): Spot[] =>
    link ? [{ ...link, x: x(index) ?? 0, y: top - 12, width: x.bandwidth(), height: bottom - top + 12 }] : [],
  );
  return framed(frame, { width, height: height + 4 }, spots, (dx, dy) => [
    element(
      'g',
      { transform: `translate(${dx} ${dy})` },
      text(0, 14, unit, { 'font-size': 12.5, fill: SOFT }),
      ...ticks.map(
        (tick) =>
          line(left, y(tick), right, y(tick), tick === 0 ? { stroke: SOFT } : {}) +
          text(left - 8, y(tick) + 4, number(tick), { 'text-anchor': 'end', 'font-size': 12, fill: SOFT }),
      ),
      ...bars.map(({ value, label, group }, index) => {
        const at = x(index) ?? 0;
        const middle = at + x.bandwidth() / 2;
        const begins = index === 0 || bars[index - 1]!.group !== group;
        return [
          value > 0
            ? element('rect', { x: at, y: y(value), width: x.bandwidth(), height: bottom - y(value), fill: FILL })
            : '',
          numbered && value > 0
            ? text(middle, y(value) - 5, number(value), { 'text-anchor': 'middle', 'font-size': 12 })
            : '',
          labelled ? text(middle, bottom + 17, label, { 'text-anchor': 'middle', 'font-size': 12, fill: SOFT }) : '',
          begins
            ? line(at - 3, bottom + 2, at - 3, bottom + 38, { stroke: RULE }) +
              text(at + 1, bottom + (labelled ? 35 : 18), group, { 'font-size': 12, 'font-weight': 700, fill: SOFT })
            : '',
        ].join('');
      }),
    ),
  ]);
}

const top0 = (height: number): number => height - 44;
const number = (value: number): string => value.toLocaleString('en-GB');
