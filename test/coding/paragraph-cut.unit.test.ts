import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paragraphsOf } from '../../server/notes/paragraphs.ts';
import { cutFromParagraphs, cutPassage, sourceOf } from '../../server/coding/passage.ts';
import { codePointLength } from '../../server/shared/text.ts';

// What the database hands over: the paragraphs from two characters before what is needed to two behind it.
function cut(body: string, start: number, end: number) {
  const all = paragraphsOf(body);
  const first = all.findLast((paragraph) => paragraph.start <= start - 62)?.start ?? 0;
  const near = all.filter((paragraph) => paragraph.start >= first && paragraph.start < end + 62);
  return cutFromParagraphs(near, all.at(-1)?.end ?? 0, { start, end });
}

const LINE = 'Worker 1 held the door 👋🏽 for Member 4, and they laughed about the garden for a good while.';

test('a passage cut from its paragraphs · is what the whole text gives, or is left to the whole text', () => {
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(LINE, `TN: ${LINE}`, 'short', 'Cafe\u0301 שלום 🙂') },
    { weight: 2, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '\u00a0 ') },
  );
  let told = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 4, maxLength: 14 }), fc.nat(500), fc.nat(150), (lines, start, length) => {
      const body = lines.join('\n');
      const end = start + length;
      const found = cut(body, start, end);
      if (!found) return;
      told += 1;
      expect(end).toBeLessThanOrEqual(codePointLength(body));
      expect(found).toEqual(cutPassage(sourceOf(body), { start, end }));
    }),
    { numRuns: 3000, seed: 1 },
  );
  expect(told).toBeGreaterThan(200);
});

test('a passage in the midst of a note · is told by its paragraphs, over one blank line too', () => {
  const body = [LINE, LINE, '', LINE, LINE].join('\n');
  const start = codePointLength(LINE) + 80;
  expect(cut(body, start, start + 60)?.quote).toContain('\n\n');
});

test('what paragraphs do not tell · two blank lines, the end of the note, no passage · is left to the whole text', () => {
  const body = [LINE, LINE, '', '', LINE, LINE].join('\n');
  const start = codePointLength(LINE) + 80;
  expect(cut(body, start, start + 60)).toBeUndefined();
  const end = codePointLength(body);
  for (const [from, to] of [
    [end - 20, end],
    [5, 5],
    [9, 4],
    [1.5, 4],
    [-3, 4],
  ] as const)
    expect(cut(body, from, to)).toBeUndefined();
});
