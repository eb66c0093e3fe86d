import type { Paragraph } from '../notes/paragraphs.ts';
import { codePointLength } from '../shared/text.ts';

/** [start, end) in code points of the body, without blanks at either end. `number` counts from 1 through the note. */
export type Sentence = { number: number; paragraph: number; start: number; end: number; text: string };

const segmenter = new Intl.Segmenter('en-GB', { granularity: 'sentence' });

// After these a full stop does not end a sentence, though the segmenter takes it for one before a capital.
const ABBREVIATED = /(?:^|[\s("'“‘])(?:Mr|Mrs|Ms|Dr|Prof|Rev|St|No|vs|cf|e\.g|i\.e|approx|[A-Z])\.\s*$/u;

/** The sentences of `paragraphs` in order. Together they hold every character after the labels but blanks. */
export function sentencesOf(paragraphs: readonly Paragraph[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (const paragraph of paragraphs) {
    const labelLength = paragraph.textStart - paragraph.start;
    let position = paragraph.textStart;
    // A label is plain ASCII: its code points are its UTF-16 units.
    for (const piece of piecesOf(paragraph.text.slice(labelLength))) {
      const text = piece.trim();
      const start = position + codePointLength(piece) - codePointLength(piece.trimStart());
      if (text !== '')
        sentences.push({
          number: sentences.length + 1,
          paragraph: paragraph.number,
          start,
          end: start + codePointLength(text),
          text,
        });
      position += codePointLength(piece);
    }
  }
  return sentences;
}

/**
 * The passage from the first to the last of the sentences numbered `chosen`, or a sentence on why they make none: none
 * chosen, one that the note does not have, or a gap between them.
 */
export function passageOfSentences(
  sentences: readonly Sentence[],
  chosen: readonly number[],
): { start: number; end: number } | { problem: string } {
  const numbers = [...new Set(chosen)].toSorted((left, right) => left - right);
  const first = sentences[(numbers[0] ?? 0) - 1];
  const last = sentences[(numbers.at(-1) ?? 0) - 1];
  if (numbers.length === 0) return { problem: 'Tick the sentences that you want to code' };
  if (!first || !last)
    return { problem: 'The note does not have all of these sentences. Reload the page and tick them again' };
  const gap = numbers.find((number, index) => index > 0 && number !== numbers[index - 1]! + 1);
  if (gap !== undefined)
    return {
      problem: `Tick sentences that follow each other: there is a gap before “${opening(sentences[gap - 1]!.text)}”. Code one stretch at a time`,
    };
  return { start: first.start, end: last.end };
}

/** Which of `fresh` say exactly what those of `old` numbered `chosen` say: each at most once, in their order. */
export function sameSentences(
  old: readonly Sentence[],
  fresh: readonly Sentence[],
  chosen: readonly number[],
): number[] {
  let after = 0;
  return old
    .filter(({ number }) => chosen.includes(number))
    .flatMap(({ text }) => {
      const same = fresh.find((sentence) => sentence.number > after && sentence.text === text);
      if (!same) return [];
      after = same.number;
      return [same.number];
    });
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const before = pieces.at(-1);
    if (before !== undefined && ABBREVIATED.test(before.slice(-12))) pieces[pieces.length - 1] = before + segment;
    else pieces.push(segment);
  }
  return pieces;
}

function opening(text: string): string {
  const letters = Array.from(text);
  return letters.length <= 40 ? text : `${letters.slice(0, 40).join('').trimEnd()}…`;
}
