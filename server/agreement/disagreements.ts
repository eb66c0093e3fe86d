import { type Span, union } from './spans.ts';

/**
 * Where coders differ about one theme: the whole of the codings that touch each other, and what each coder, in their
 * order, coded of it.
 */
export type Disagreement = Span & { coded: Span[][] };

/** The disagreements in reading order. `coders` has the codings of each with one theme in one text. */
export function disagreementsOf(coders: readonly (readonly Span[])[]): Disagreement[] {
  const unions = coders.map(union);
  const found: Disagreement[] = [];
  for (const { start, end } of union(unions.flat())) {
    const coded = unions.map((spans) => spans.filter((span) => span.start >= start && span.end <= end));
    const isAlike = coded.every((spans) => spans.length === 1 && spans[0]!.start === start && spans[0]!.end === end);
    if (!isAlike) found.push({ start, end, coded });
  }
  return found;
}
