import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Block, compareLine, compareTexts } from '../../server/notes/revisions/comparison.ts';
import { comparisonView } from '../../server/notes/revisions/comparison-view.ts';

/** The text that one side of a comparison had. */
function side(blocks: Block[], kind: 'removed' | 'added'): string {
  const texts = blocks.flatMap((block) => {
    if (block.kind === 'same') return [block.text];
    const parts = block.parts.filter((part) => part.kind === 'same' || part.kind === kind);
    // Lines that only the other side has are no lines of this one.
    return parts.length === 0 ? [] : [parts.map(({ text }) => text).join('')];
  });
  return texts.join('\n');
}

const WIDE = { milliseconds: 5000, edits: 5000, characters: 1_000_000 };

describe('comparing two texts', () => {
  test('compareTexts · gives back both texts word for word · whatever they are', () => {
    const line = fc.string({
      unit: fc.constantFrom('one', 'two', ' ', '.', '👩🏽‍🔬', 'é', 'ש'),
      minLength: 1,
      maxLength: 8,
    });
    const text = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { blocks } = compareTexts(before, after, WIDE);
        expect(side(blocks!, 'removed')).toBe(before);
        expect(side(blocks!, 'added')).toBe(after);
      }),
    );
  });

  test('compareTexts · marks the word and leaves the paragraphs around it · when one word changed', () => {
    const { blocks } = compareTexts(
      'First.\nShe sat by the door.\nLast.',
      'First.\nShe stood by the door.\nLast.',
      WIDE,
    );
    expect(blocks).toEqual([
      { kind: 'same', text: 'First.', paragraphs: 1 },
      {
        kind: 'changed',
        parts: [
          { kind: 'same', text: 'She ' },
          { kind: 'removed', text: 'sat' },
          { kind: 'added', text: 'stood' },
          { kind: 'same', text: ' by the door.' },
        ],
      },
      { kind: 'same', text: 'Last.', paragraphs: 1 },
    ]);
  });

  test('compareTexts · compares each line with its counterpart · when as many were changed as there were', () => {
    const { blocks } = compareTexts('It was ten.\nHer line.', 'It was nine.\nSomebody wrote this', WIDE);
    expect(blocks).toMatchObject([
      {
        parts: [
          { text: 'It was ' },
          { kind: 'removed', text: 'ten' },
          { kind: 'added', text: 'nine' },
          { text: '.' },
          { text: '\n' },
          { kind: 'removed', text: 'Her line.' },
          { kind: 'added', text: 'Somebody wrote this' },
        ],
      },
    ]);
  });

  test('compareTexts · shows the old sentence and then the new one · when they share next to nothing', () => {
    const { blocks } = compareTexts('Rain fell on the roof', 'Nobody spoke to me in an hour', WIDE);
    expect(blocks).toMatchObject([{ parts: [{ kind: 'removed' }, { kind: 'added' }] }]);
  });

  test('compareTexts · gives up rather than hold up the server · on long texts with nothing in common', () => {
    const long = (word: string) => Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`).join('\n');
    expect(compareTexts(long('a'), long('b')).blocks).toBeUndefined();
    const view = comparisonView(
      { title: 'x', body: long('a') },
      { title: 'x', body: long('b') },
      { removed: 'r', added: 'a' },
    );
    expect(view.whole).toEqual({ before: long('a'), after: long('b') });
  });

  test('compareLine · marks words of a title · and nothing in the same one', () => {
    expect(compareLine('At the cafe', 'At the park')).toContainEqual({ kind: 'added', text: 'park' });
    expect(compareLine('Same', 'Same')).toEqual([{ kind: 'same', text: 'Same' }]);
  });

  test('comparisonView · folds a long stretch that did not change, all but two paragraphs at a change · and loses no line', () => {
    const lines = Array.from({ length: 20 }, (_, line) => `Paragraph ${line}`);
    const before = { title: 't', body: [...lines, 'old end'].join('\n') };
    const view = comparisonView(
      before,
      { title: 't', body: [...lines, 'new end'].join('\n') },
      { removed: 'r', added: 'a' },
    );
    const first = view.blocks![0]!;
    expect(first).toMatchObject({ same: '', foldedCount: 18, after: 'Paragraph 18\nParagraph 19' });
  });
});
