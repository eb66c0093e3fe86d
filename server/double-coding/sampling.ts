import { createHash } from 'node:crypto';

/** Notes of one agency and phase: those that could be drawn, and how many were asked for. */
export type Stratum = { agencyId: string; phaseId: string; candidates: string[]; asked: number };

/**
 * `count` of the candidates, each as likely as any other, in an order that the seed alone decides: the same seed and
 * candidates always give the same draw, so that anybody can repeat it.
 */
export function draw(seed: string, candidates: readonly string[], count: number): string[] {
  const ranked = candidates.map((id) => ({ id, rank: createHash('sha256').update(`${seed} ${id}`).digest('hex') }));
  return ranked
    .toSorted((left, right) => (left.rank < right.rank ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id);
}
