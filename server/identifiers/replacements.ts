import { indexText } from '../shared/text.ts';
import { findMentions } from './mentions.ts';

/** Half-open [start, end) in code points. */
export type Stretch = { start: number; end: number };

/** Whether they have a place in common. */
export function touches(one: Stretch, other: Stretch): boolean {
  return one.start < other.end && other.start < one.end;
}

/** What stands there is replaced by `text`, which carries its own [brackets]. */
export type Replacement = Stretch & { text: string };

/**
 * `body` with everything replaced. Throws a RangeError where two replacements overlap or one lies outside: they come
 * from findings in this very text.
 */
export function applyReplacements(body: string, replacements: readonly Replacement[]): string {
  const source = indexText(body);
  let at = 0;
  let text = '';
  for (const { start, end, text: replacement } of inOrder(replacements)) {
    if (start < at || end <= start || end > source.length)
      throw new RangeError(`no place for a replacement: ${start}–${end}`);
    text += source.slice(at, start) + replacement;
    at = end;
  }
  return text + source.slice(at, source.length);
}

/**
 * Where a stretch of the old text stands in the new one: what covers a replaced name covers its replacement. Undefined
 * where it begins or ends inside something replaced: nobody can tell then what it meant.
 */
export function mapStretch({ start, end }: Stretch, replacements: readonly Replacement[]): Stretch | undefined {
  let [shiftStart, shiftEnd] = [0, 0];
  for (const replacement of replacements) {
    const { start: from, end: to, text } = replacement;
    const cutsStart = start > from && start < to;
    const cutsEnd = end > from && end < to;
    if (cutsStart || cutsEnd) return undefined;
    const growth = indexText(text).length - (to - from);
    if (to <= start) shiftStart += growth;
    if (to <= end) shiftEnd += growth;
  }
  const mapped = { start: start + shiftStart, end: end + shiftEnd };
  return mapped.end > mapped.start ? mapped : undefined;
}

/**
 * Every place where `words` stand in `body` as whole words: `certain` where they are written just so, `offered` where
 * only capitals or accents differ.
 */
export function findEverywhere(body: string, words: string): (Stretch & { certainty: 'certain' | 'offered' })[] {
  const wanted = asWritten(words);
  const person = { participantId: '', agencyId: '', pseudonym: '\n', names: [words] };
  return findMentions(body, [person])
    .filter(({ by }) => by === 'name')
    .map(({ start, end, text }) => ({ start, end, certainty: asWritten(text) === wanted ? 'certain' : 'offered' }));
}

function asWritten(words: string): string {
  return words.normalize('NFC').replaceAll('’', "'").replaceAll(/\s+/gu, ' ').trim();
}

function inOrder<T extends Stretch>(stretches: readonly T[]): T[] {
  return stretches.toSorted((one, other) => one.start - other.start);
}

/** `text` in square brackets, once: the mark by which readers know a replacement. */
export function bracketed(text: string): string {
  return `[${text.replaceAll(/[[\]]/g, '').replaceAll(/\s+/gu, ' ').trim()}]`;
}
