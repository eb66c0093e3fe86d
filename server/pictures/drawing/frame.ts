import { wrapped } from './lettering.ts';
import { SOFT, svgDocument, text } from './svg.ts';

/** How a picture is laid out: for a desk, a tablet held upright, or a phone. */
export type Layout = 'wide' | 'middle' | 'narrow';

/** What stands around a picture that has left its page; without it only the drawing is made. */
export type Lettering = { title: string; source: string; notes: string[] };

export type Framed = { layout: Layout; label: string; lettering?: Lettering | undefined };

export const WIDTH: Record<Layout, number> = { wide: 960, middle: 700, narrow: 344 };

/** A part of a drawing that leads to what it counts; `title` is shown to whoever points at it. */
export type Spot = { href: string; title: string; x: number; y: number; width: number; height: number };

/** A finished picture, and where in it there is something to open. */
export type Drawing = { svg: string; width: number; height: number; spots: Spot[] };

const MARGIN = 24;

/** The finished SVG of a drawing made in its own coordinates by `draw`, which is told how far down it begins. */
export function framed(
  { label, lettering }: Framed,
  size: { width: number; height: number },
  spots: Spot[],
  drawAt: (x: number, y: number) => string[],
): Drawing {
  const [wide, high] = [Math.ceil(size.width), Math.ceil(size.height)];
  if (!lettering) return { svg: svgDocument({ ...size, label }, ...drawAt(0, 0)), width: wide, height: high, spots };
  const width = Math.max(size.width, 300);
  const heads = wrapped(lettering.title, width, 20, 3, true);
  const feet = [...lettering.notes, lettering.source].flatMap((words) => wrapped(words, width, 12, 6));
  const top = MARGIN + heads.length * 26 + 10;
  const foot = top + size.height + 14;
  const whole = { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(foot + feet.length * 17 + MARGIN - 4) };
  const svg = svgDocument(
    { ...whole, label },
    ...heads.map((words, row) => text(MARGIN, MARGIN + 16 + row * 26, words, { 'font-size': 20, 'font-weight': 700 })),
    ...drawAt(MARGIN, top),
    ...feet.map((words, row) => text(MARGIN, foot + 12 + row * 17, words, { 'font-size': 12, fill: SOFT })),
  );
  // What has left its page leads nowhere.
  return { svg, ...whole, spots: [] };
}
