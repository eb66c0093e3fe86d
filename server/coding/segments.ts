import type { Passage } from './passage.ts';

/** A stretch of a paragraph that the same codings cover, outermost first. */
export type Segment<C> = Passage & { codings: C[] };

/**
 * Cuts [from, to) at every beginning and end of a coding that touches it. `codings` come in reading order, so that in
 * each stretch those that began earlier enclose those that began later.
 */
export function segmentsOf<C extends Passage>(
  from: number,
  to: number,
  codings: readonly C[],
  cuts: readonly number[] = [],
): Segment<C>[] {
  const touching = codings.filter(({ start, end }) => start < to && end > from);
  const edges = [...touching.flatMap(({ start, end }) => [start, end]), ...cuts].filter(
    (edge) => edge > from && edge < to,
  );
  const points = [...new Set([from, ...edges, to])].toSorted((left, right) => left - right);
  return points.slice(0, -1).map((start, index) => {
    const end = points[index + 1]!;
    return { start, end, codings: touching.filter((coding) => coding.start < end && coding.end > start) };
  });
}

/** A lane for each coding, counted from 0, so that two that overlap have different ones; as few lanes as that takes. */
export function lanesOf(codings: readonly (Passage & { id: string })[]): Map<string, number> {
  const lanes = new Map<string, number>();
  const ends: number[] = [];
  for (const { id, start, end } of codings.toSorted(
    (left, right) => left.start - right.start || right.end - left.end,
  )) {
    const free = ends.findIndex((taken) => taken <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = end;
    lanes.set(id, lane);
  }
  return lanes;
}
