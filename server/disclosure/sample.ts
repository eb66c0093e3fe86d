import { applyReplacements } from '../identifiers/replacements.ts';
import { indexText } from '../shared/text.ts';
import type { Disguised } from './cast.ts';
import type { LeavingExtract } from '../extracts/extract-source.ts';
import { stretchThrough } from './stretch.ts';

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
    const swap = swaps.find((one) => one.kind === kind);
    if (!swap) continue;
    const { start, end } = stretchThrough(swaps, swap.start, swap.end);
    return cutAround(applyReplacements(text, swaps), start, end);
  }
  return undefined;
}
