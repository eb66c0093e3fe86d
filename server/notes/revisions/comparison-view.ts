import { type Block, compareLine, compareTexts, type Limits, type Part } from './comparison.ts';
import type { NoteText } from '../note-text.ts';

/** What a person hears before words that only one of the two texts has. */
export type SideWords = { removed: string; added: string };

const CONTEXT_PARAGRAPHS = 2;

/** What notes/_comparison.hbs shows: the differences between two texts, or both texts whole where marking would not help. */
export function comparisonView(before: NoteText, after: NoteText, words: SideWords, limits?: Limits) {
  const { blocks } = compareTexts(before.body, after.body, limits);
  return {
    words,
    title: partsView(compareLine(before.title, after.title), words),
    same: before.title === after.title && before.body === after.body,
    blocks: blocks?.map((block, index) =>
      blockView(block, words, { first: index === 0, last: index === blocks.length - 1 }),
    ),
    whole: blocks === undefined ? { before: before.body, after: after.body } : undefined,
  };
}

function partsView(parts: Part[], words: SideWords) {
  return parts.map(({ kind, text }) => ({
    text,
    removed: kind === 'removed',
    added: kind === 'added',
    words: kind === 'same' ? '' : words[kind],
  }));
}

// A long stretch that did not change is folded, but for the paragraphs next to a change.
function blockView(block: Block, words: SideWords, at: { first: boolean; last: boolean }) {
  if (block.kind === 'changed') return { parts: partsView(block.parts, words) };
  if (block.paragraphs <= 3 * CONTEXT_PARAGRAPHS) return { same: block.text };
  const lines = block.text.split('\n');
  const from = at.first ? 0 : cut(lines, CONTEXT_PARAGRAPHS);
  const to = at.last ? lines.length : lines.length - cut(lines.toReversed(), CONTEXT_PARAGRAPHS);
  const folded = lines.slice(from, to);
  return {
    same: lines.slice(0, from).join('\n'),
    folded: folded.join('\n'),
    foldedCount: folded.filter((line) => line.trim() !== '').length,
    after: lines.slice(to).join('\n'),
  };
}

// How many lines hold the first `paragraphs` that are not blank.
function cut(lines: string[], paragraphs: number): number {
  let seen = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== '') seen += 1;
    if (seen === paragraphs) return index + 1;
  }
  return lines.length;
}
