/** A stretch of text, half-open, in code points of one revision. */
export type Span = { start: number; end: number };

/** The stretches that `spans` cover, each character once: sorted, apart from each other, none empty. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { start, end } of spans.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (end <= start) continue;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** A stretch that is alike throughout: for each coder, in their order, whether they coded it. */
export type Piece = Span & { coded: boolean[] };

/** Cuts the text of `counted` wherever a coder's coding begins or ends. All are unions. */
export function piecesOf(coders: readonly Span[][], counted: readonly Span[]): Piece[] {
  const borders = new Set([...coders.flat(), ...counted].flatMap(({ start, end }) => [start, end]));
  const cuts = [...borders].toSorted((left, right) => left - right);
  // Every list is sorted, so that each is walked once beside the cuts.
  const inside = [counted, ...coders].map(walker);
  const pieces: Piece[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    const [isCounted, ...coded] = inside.map((covers) => covers(start));
    if (end !== undefined && isCounted) pieces.push({ start, end, coded });
  }
  return pieces;
}

function walker(spans: readonly Span[]): (position: number) => boolean {
  let next = 0;
  return (position) => {
    while (next < spans.length && spans[next]!.end <= position) next += 1;
    return next < spans.length && spans[next]!.start <= position;
  };
}
