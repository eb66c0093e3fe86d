import { applyReplacements } from '../identifiers/replacements.ts';
import { indexText } from '../shared/text.ts';
import type { Disguised } from './cast.ts';
import type { Choices } from './choices.ts';
import type { LeavingExtract } from '../extracts/extract-source.ts';
import { createRowGate } from './outside-row.ts';

/** A piece of text as it would leave, cut for showing: `mark` is what to look at. */
export type Cut = { before: string; mark: string; after: string };

const AROUND = 70;

/** What stands around [start, end) of `text`, in code points. */
export function cutAround(text: string, start: number, end: number): Cut {
  const source = indexText(text);
  const { length } = source;
  const [from, to] = [Math.max(0, start - AROUND), Math.min(length, end + AROUND)];
  return {
    before: (from > 0 ? '…' : '') + source.slice(from, start),
    mark: source.slice(start, end),
    after: source.slice(end, to) + (to < length ? '…' : ''),
  };
}

/** The first place in a quote or its context where a name of `kind` was replaced, as it would leave; never the name. */
export function cutSwapped(inside: LeavingExtract, disguised: Disguised, kind: string): Cut | undefined {
  const memos = inside.memos.map(({ body }) => body);
  for (const text of [
    inside.quote,
    inside.noteTitle,
    inside.themePath,
    inside.contextBefore,
    inside.contextAfter,
    ...memos,
  ]) {
    const swaps = disguised.swaps(text, inside.agencyId);
    const at = swaps.findIndex((swap) => swap.kind === kind);
    if (at === -1) continue;
    const swap = swaps[at]!;
    const before = swaps
      .slice(0, at)
      .reduce((shift, { start, end, text: words }) => shift + Array.from(words).length - (end - start), 0);
    const start = swap.start + before;
    return cutAround(applyReplacements(text, swaps), start, start + Array.from(swap.text).length);
  }
  return undefined;
}

/** The extract as it would leave; undefined when it stays. */
export function asOutside(inside: LeavingExtract, disguised: Disguised, choices: Choices): LeavingExtract | undefined {
  const judged = createRowGate(disguised, choices)(inside);
  return judged.withheld === null ? judged.row : undefined;
}
