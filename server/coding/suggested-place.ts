import { indexText } from '../shared/text.ts';
import { keptRuns, type KeptRun } from './kept-runs.ts';
import type { Passage } from './passage.ts';

// A suggestion may be this many times as long as the old words, and somewhat longer where these were short.
const MOST_TIMES = 3;
const MOST_MORE = 200;

/**
 * Where in `after` the words of a coding may be found that `before` had at `passage` and that are no longer there as they
 * were: what stands now between the neighbours that were kept on either side, or around the words of it that were kept.
 * Undefined when nothing of the kind is left. Only ever a suggestion, for a person to decide. Positions in code points.
 */
export function suggestedPlaces(
  before: string,
  after: string,
  passages: readonly (Passage & { id: string })[],
): Map<string, Passage> {
  const places = new Map<string, Passage>();
  if (passages.length === 0) return places;
  const [old, fresh] = [indexText(before), indexText(after)];
  const runs = keptRuns(before, after);
  for (const { id, start, end } of passages) {
    const [from, to] = [old.utf16(start), old.utf16(end)];
    const most = (to - from) * MOST_TIMES + MOST_MORE;
    const place =
      fitting(after, betweenNeighbours(runs, from, to, after.length), most) ??
      fitting(after, aroundKept(runs, from, to), most);
    if (place) places.set(id, { start: fresh.position(place.from), end: fresh.position(place.to) });
  }
  return places;
}

type Stretch = { from: number; to: number };

// From the end of what was kept before the passage to the beginning of what was kept after it.
function betweenNeighbours(runs: readonly KeptRun[], from: number, to: number, length: number): Stretch | undefined {
  const left = runs.findLast((run) => run.length > 0 && run.before + run.length <= from);
  const right = runs.find((run) => run.length > 0 && run.before >= to);
  if (!left && !right) return undefined;
  return { from: left ? left.after + left.length : 0, to: right ? right.after : length };
}

function aroundKept(runs: readonly KeptRun[], from: number, to: number): Stretch | undefined {
  const kept = runs.filter((run) => run.length > 0 && run.before < to && run.before + run.length > from);
  const [first, last] = [kept[0], kept.at(-1)];
  if (!first || !last) return undefined;
  return {
    from: first.after + Math.max(0, from - first.before),
    to: last.after + Math.min(last.length, to - last.before),
  };
}

// Without the blanks at its ends; undefined when nothing is left, or too much.
function fitting(text: string, stretch: Stretch | undefined, most: number): Stretch | undefined {
  if (!stretch || stretch.to <= stretch.from || stretch.to - stretch.from > most) return undefined;
  const words = text.slice(stretch.from, stretch.to);
  const from = stretch.from + words.length - words.trimStart().length;
  const to = stretch.from + words.trimEnd().length;
  return to > from ? { from, to } : undefined;
}
