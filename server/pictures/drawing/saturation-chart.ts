import { scaleLinear } from 'd3-scale';
import type { SaturationStep } from '../saturation.ts';
import { type Drawing, type Framed, framed, type Spot, WIDTH } from './frame.ts';
import { textWidth } from './lettering.ts';
import { element, line, SOFT, text } from './svg.ts';

const BAR = '#12646e';
const LINE = '#b3420e';

/** Themes that are new in each note as bars, those so far as a stepped line, and where the last new one came. */
export function drawSaturation(
  {
    steps,
    last,
    linkOf,
  }: {
    steps: SaturationStep[];
    last: number | null;
    linkOf: (index: number) => { href: string; title: string } | undefined;
  },
  frame: Framed,
): Drawing {
  const narrow = frame.layout === 'narrow';
  const [width, height] = [WIDTH[frame.layout], narrow ? 260 : 380];
  const most = Math.max(1, steps.at(-1)?.cumulative ?? 0);
  const [top, bottom] = [64, height - 44];
  const y = scaleLinear().domain([0, most]).nice(6).range([bottom, top]);
  const ticks = y.ticks(6).filter(Number.isInteger);
  const left = Math.max(...ticks.map((tick) => textWidth(String(tick), 12))) + 12;
  const x = scaleLinear()
    .domain([0, Math.max(1, steps.length)])
    .range([left, width - 4]);
  const step = x(1) - x(0);
  const notes = x.ticks(narrow ? 5 : 12).filter((tick) => Number.isInteger(tick) && tick >= 1);
  const spots = steps.flatMap((_, index): Spot[] => {
    const link = linkOf(index);
    return link ? [{ ...link, x: x(index), y: top, width: step, height: bottom - top }] : [];
  });
  return framed(frame, { width, height }, spots, (dx, dy) => [
    element(
      'g',
      { transform: `translate(${dx} ${dy})` },
      key(0, element('rect', { x: 0, y: 3, width: 16, height: 12, fill: BAR }), 'new in the note'),
      key(narrow ? 132 : 150, line(0, 9, 18, 9, { stroke: LINE, 'stroke-width': 3 }), 'themes so far'),
      ...ticks.map(
        (tick) =>
          line(left, y(tick), width, y(tick), tick === 0 ? { stroke: SOFT } : {}) +
          text(left - 8, y(tick) + 4, String(tick), { 'text-anchor': 'end', 'font-size': 12, fill: SOFT }),
      ),
      ...notes.map((note) =>
        text(x(note - 0.5), bottom + 17, String(note), { 'text-anchor': 'middle', 'font-size': 12, fill: SOFT }),
      ),
      text(left, bottom + 37, 'Coded notes, in the order of their visits', { 'font-size': 12, fill: SOFT }),
      lastMark(last, x, { left, width, top, bottom }),
      ...steps.map(({ fresh }, index) =>
        fresh.length === 0
          ? ''
          : element('rect', {
              x: x(index) + Math.min(step * 0.14, 5),
              y: y(fresh.length),
              width: Math.max(1, step - 2 * Math.min(step * 0.14, 5)),
              height: bottom - y(fresh.length),
              fill: BAR,
            }),
      ),
      element('path', { d: staircase(steps, x, y), fill: 'none', stroke: LINE, 'stroke-width': 2.5 }),
    ),
  ]);
}

function key(at: number, mark: string, words: string): string {
  return element('g', { transform: `translate(${at} 0)` }, mark, text(24, 14, words, { 'font-size': 12.5 }));
}

// Only where it rises: a line over 20,000 notes has no more corners than there are themes.
function staircase(steps: SaturationStep[], x: (value: number) => number, y: (value: number) => number): string {
  const parts = [`M${round(x(0))} ${round(y(0))}`];
  for (const [index, { fresh, cumulative }] of steps.entries())
    if (fresh.length > 0) parts.push(`H${round(x(index))}V${round(y(cumulative))}`);
  parts.push(`H${round(x(steps.length))}`);
  return parts.join('');
}

function lastMark(
  last: number | null,
  x: (value: number) => number,
  { left, width, top, bottom }: { left: number; width: number; top: number; bottom: number },
): string {
  if (last === null) return '';
  const at = x(last + 0.5);
  const words = `last new theme: note ${last + 1}`;
  const room = textWidth(words, 12.5);
  const begins = Math.max(left, Math.min(at - room / 2, width - room));
  return (
    line(at, top - 16, at, bottom, { stroke: SOFT, 'stroke-dasharray': '4 4' }) +
    text(begins, top - 22, words, { 'font-size': 12.5, 'font-weight': 700 })
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;
