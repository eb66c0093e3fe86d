import { type Paragraph, paragraphAt, paragraphsOf, type ParagraphLabel } from '../notes/paragraphs.ts';
import { indexText, type IndexedText } from '../shared/text.ts';

/** Half-open [start, end) in code points of a revision's body. */
export type Passage = { start: number; end: number };

/** A passage as it is kept with a coding: its words, what stands around them, and the label of its first paragraph. */
export type CutPassage = Passage & {
  quote: string;
  contextBefore: string;
  contextAfter: string;
  label: ParagraphLabel;
};

/** A body prepared for cutting many passages out of it. */
export type Source = { body: IndexedText; paragraphs: Paragraph[] };

/** How many code points around a passage are kept with it, at most. */
export const CONTEXT = 60;

export function sourceOf(body: string): Source {
  return { body: indexText(body), paragraphs: paragraphsOf(body) };
}

/** Why [start, end) is no passage of `source`, as a sentence; undefined when it is one. */
export function passageProblem({ body }: Source, { start, end }: Passage): string | undefined {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end))
    return 'The beginning and the end of a passage are whole numbers. Select the words again.';
  if (end < start) return 'The passage ends before it begins. Select the words again.';
  if (end === start) return 'Select at least one word to code.';
  if (start < 0 || end > body.length)
    return `The passage lies outside the note, which has ${body.length.toLocaleString('en-GB')} characters. Select the words again.`;
  if (body.slice(start, end).trim() === '') return 'Only blank space is selected. Select at least one word to code.';
  return undefined;
}

/** Cuts a passage that passageProblem() let through. Up to 60 code points before and after it, from whole words. */
export function cutPassage({ body, paragraphs }: Source, { start, end }: Passage): CutPassage {
  const before = body.slice(Math.max(0, start - CONTEXT), start);
  const after = body.slice(end, Math.min(body.length, end + CONTEXT));
  return {
    start,
    end,
    quote: body.slice(start, end),
    ...context(before, after, { cutBefore: start > CONTEXT, cutAfter: end + CONTEXT < body.length }),
    label: paragraphAt(paragraphs, start)?.label ?? 'ON',
  };
}

/**
 * The same from the paragraphs around the passage alone, each as the note has it: `paragraphs` follow each other, and
 * `lastEnd` is where the note's last one ends. Undefined where they do not tell every character that is needed, or where
 * it is no passage: the whole text is then to be asked.
 */
export function cutFromParagraphs(
  paragraphs: readonly Paragraph[],
  lastEnd: number,
  { start, end }: Passage,
): CutPassage | undefined {
  const [first, last] = [paragraphs[0], paragraphs.at(-1)];
  if (!first || !last || !Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start >= end) return undefined;
  const [from, to] = [Math.max(0, start - CONTEXT), end + CONTEXT];
  // Near its end the note may go on with blanks that are not in any paragraph.
  if (start < 0 || from < first.start || to > last.end || to >= lastEnd) return undefined;
  let text = first.text;
  for (const [index, paragraph] of paragraphs.slice(1).entries()) {
    const gap = paragraph.start - paragraphs[index]!.end;
    // A newline ends each paragraph and stands before the next: a third character between them may be any blank.
    if (gap < 1 || gap > 2) return undefined;
    text += '\n'.repeat(gap) + paragraph.text;
  }
  const body = indexText(text);
  const at = (position: number) => position - first.start;
  const quote = body.slice(at(start), at(end));
  if (quote.trim() === '') return undefined;
  return {
    start,
    end,
    quote,
    ...context(body.slice(at(from), at(start)), body.slice(at(end), at(to)), { cutBefore: from > 0, cutAfter: true }),
    label: paragraphAt(paragraphs, start)?.label ?? 'ON',
  };
}

/**
 * What of the text cutFromParagraphs() needs, as far as PostgreSQL can compare it with positions. Undefined for what is no
 * passage.
 */
export function surroundings({ start, end }: Passage): Passage | undefined {
  const arePositions = [start, end].every(
    (position) => Number.isSafeInteger(position) && position >= 0 && position < 2 ** 30,
  );
  return arePositions && start < end ? { start: start - CONTEXT, end: end + CONTEXT } : undefined;
}

// Up to whole words where the text goes on.
function context(before: string, after: string, { cutBefore, cutAfter }: { cutBefore: boolean; cutAfter: boolean }) {
  return {
    contextBefore: cutBefore ? before.replace(/^\S+\s+/u, '') : before,
    contextAfter: cutAfter ? after.replace(/\s+\S+$/u, '') : after,
  };
}
