import { diffArrays } from 'diff';

type Line = { text: string };
type Pair<L> = { old: L[]; fresh: L[] };

// How many lines may have come or gone before it is left alone.
const EDITS = 200;

/**
 * Two texts whose lines have changed nearly all, cut into parts that belong together, in order: each line with the one
 * that has most of its words, and what stands between such pairs on both sides. None where no two lines are alike.
 */
export function likeLines<L extends Line>(old: readonly L[], fresh: readonly L[]): Pair<L>[] {
  const [left, right] = [old.map(wordsOf), fresh.map(wordsOf)];
  const changes = diffArrays(left, right, { comparator: areAlike, maxEditLength: EDITS });
  if (!changes?.some(({ added, removed }) => !added && !removed)) return [];
  const pairs: Pair<L>[] = [];
  let [i, j] = [0, 0];
  let [gapI, gapJ] = [0, 0];
  const closeGap = () => {
    if (i > gapI && j > gapJ) pairs.push({ old: old.slice(gapI, i), fresh: fresh.slice(gapJ, j) });
  };
  for (const { added, removed, count } of changes) {
    if (removed) i += count;
    else if (added) j += count;
    else {
      closeGap();
      for (let offset = 0; offset < count; offset += 1)
        pairs.push({ old: [old[i + offset]!], fresh: [fresh[j + offset]!] });
      [i, j] = [i + count, j + count];
      [gapI, gapJ] = [i, j];
    }
  }
  closeGap();
  return pairs;
}

function wordsOf({ text }: Line): ReadonlySet<string> {
  return new Set(text.match(/\S+/gu));
}

// More than half of their words are the same.
function areAlike(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  if (many.size > 3 * few.size) return false;
  let common = 0;
  for (const word of few) if (many.has(word)) common += 1;
  return 2 * common > (left.size + right.size) / 2;
}
