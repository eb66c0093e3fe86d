import type { Replacement, Stretch } from '../identifiers/replacements.ts';
import { codePointLength } from '../shared/text.ts';

/**
 * Where [start, end) of a text stands once everything in `replacements` (in order, none overlapping) is replaced. An edge
 * inside something replaced takes the whole of what stands for it.
 */
export function stretchThrough(replacements: readonly Replacement[], start: number, end: number): Stretch {
  let [from, to] = [start, end];
  for (const one of replacements) {
    const growth = codePointLength(one.text) - (one.end - one.start);
    if (one.end <= start) from += growth;
    else if (one.start < start) from += one.start - start;
    if (one.end <= end) to += growth;
    else if (one.start < end) to += one.end - end + growth;
  }
  return { start: from, end: to };
}
