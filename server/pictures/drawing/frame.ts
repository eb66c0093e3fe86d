import { wrapped } from './lettering.ts';
import { SOFT, svgDocument, text } from './svg.ts';

/** How a picture is laid out: for a desk, a tablet held upright, or a phone. */
export type Layout = 'wide' | 'middle' | 'narrow';

/** What stands around a picture that has left its page; without it only the drawing is made. */
export type Lettering = { title: string; source: string };

export type Framed = { layout: Layout; label: string; lettering?: Lettering | undefined };

export const WIDTH: Record<Layout, number> = { wide: 960, middle: 700, narrow: 344 };

const MARGIN = 24;

/** The finished SVG of a drawing made in its own coordinates by `draw`, which is told how far down it begins. */
export function framed(
  { label, lettering }: Framed,
  size: { width: number; height: number },
  drawAt: (x: number, y: number) => string[],
): string {
  if (!lettering) return svgDocument({ ...size, label }, ...drawAt(0, 0));
  const width = Math.max(size.width, 300);
  const heads = wrapped(lettering.title, width, 20, 3, true);
  const feet = wrapped(lettering.source, width, 12, 4);
  const top = MARGIN + heads.length * 26 + 10;
  const foot = top + size.height + 14;
  return svgDocument(
    { width: width + 2 * MARGIN, height: foot + feet.length * 17 + MARGIN - 4, label },
    ...heads.map((words, row) => text(MARGIN, MARGIN + 16 + row * 26, words, { 'font-size': 20, 'font-weight': 700 })),
    ...drawAt(MARGIN, top),
    ...feet.map((words, row) => text(MARGIN, foot + 12 + row * 17, words, { 'font-size': 12, fill: SOFT })),
  );
}
