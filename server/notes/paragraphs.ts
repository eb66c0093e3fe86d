import { codePointLength } from '../shared/text.ts';

/** The labels of Schatzman and Strauss, and PN for personal notes. */
export const PARAGRAPH_LABELS = ['ON', 'TN', 'MN', 'PN'] as const;
export type ParagraphLabel = (typeof PARAGRAPH_LABELS)[number];

/**
 * A line of a note that is not blank. `number` counts from 1. [start, end) are code points of the body, the label
 * ("ON:") included, the newline not. `textStart` is where the words after the label begin.
 */
export type Paragraph = {
  number: number;
  start: number;
  end: number;
  textStart: number;
  label: ParagraphLabel;
  text: string;
};

const LABELLED = /^(ON|TN|MN|PN):[ \t]*/;

/** The paragraphs of a note's body in order. A paragraph without a label is an observation (ON). */
export function paragraphsOf(body: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let start = 0;
  for (const text of body.split('\n')) {
    const end = start + codePointLength(text);
    if (text.trim() !== '') paragraphs.push(paragraphOf({ number: paragraphs.length + 1, start, end, text }));
    start = end + 1;
  }
  return paragraphs;
}

/** A line that is known to be a paragraph, with its label told from its words. */
export function paragraphOf(line: Pick<Paragraph, 'number' | 'start' | 'end' | 'text'>): Paragraph {
  const match = LABELLED.exec(line.text);
  return {
    ...line,
    textStart: line.start + (match?.[0].length ?? 0),
    label: (match?.[1] as ParagraphLabel | undefined) ?? 'ON',
  };
}

/** The paragraph that holds the code point at `position`, or the last one before it; undefined in an empty body. */
export function paragraphAt(paragraphs: readonly Paragraph[], position: number): Paragraph | undefined {
  return paragraphs[paragraphIndexAt(paragraphs, position)];
}

/** The same by its index in `paragraphs`; 0 before the first. A page of a long note asks it thousands of times. */
export function paragraphIndexAt(paragraphs: readonly Paragraph[], position: number): number {
  let low = 0;
  let high = paragraphs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (paragraphs[middle]!.start <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
