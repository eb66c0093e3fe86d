/** How often two themes meet: pairs of codings, one of each, and the notes that they are in. `first` is before `second` in the codebook. */
export type Meeting = { first: string; second: string; pairs: number; notes: number };

/** Each meeting with its themes in the order of the codebook, the most pairs first; those with a theme not in `order` are left out. */
export function inCodebookOrder(meetings: readonly Meeting[], order: readonly string[]): Meeting[] {
  const place = new Map(order.map((id, index) => [id, index]));
  return meetings
    .flatMap((meeting): Meeting[] => {
      const [first, second] = [place.get(meeting.first), place.get(meeting.second)];
      if (first === undefined || second === undefined) return [];
      return [first < second ? meeting : { ...meeting, first: meeting.second, second: meeting.first }];
    })
    .toSorted(
      (left, right) =>
        right.pairs - left.pairs ||
        place.get(left.first)! - place.get(right.first)! ||
        place.get(left.second)! - place.get(right.second)!,
    );
}

/** The themes that meet most often, at most `limit`, in the order of the codebook. */
export function mostMet(meetings: readonly Meeting[], order: readonly string[], limit: number): string[] {
  const sums = new Map<string, number>();
  for (const { first, second, pairs } of meetings)
    for (const id of [first, second]) sums.set(id, (sums.get(id) ?? 0) + pairs);
  const kept = new Set(
    [...sums]
      .toSorted(([, left], [, right]) => right - left)
      .slice(0, limit)
      .map(([id]) => id),
  );
  return order.filter((id) => kept.has(id));
}
