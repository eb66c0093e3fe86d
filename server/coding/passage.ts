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

const CONTEXT = 60;

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
    contextBefore: start > CONTEXT ? before.replace(/^\S+\s+/u, '') : before,
    contextAfter: end + CONTEXT < body.length ? after.replace(/\s+\S+$/u, '') : after,
    label: paragraphAt(paragraphs, start)?.label ?? 'ON',
  };
}
