import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carryForward, type Placed } from '../../server/coding/carry-forward.ts';
import { codePointLength, indexText, sliceCodePoints } from '../../server/shared/text.ts';

/** A coding of the first (or `nth`) occurrence of `words`. */
function coded(body: string, words: string, nth = 1): Placed {
  let at = -1;
  for (let count = 0; count < nth; count += 1) at = body.indexOf(words, at + 1);
  if (at === -1) throw new Error(`“${words}” is not in the text`);
  const start = codePointLength(body.slice(0, at));
  return { id: words, start, end: start + codePointLength(words), quote: words };
}

function wordsAt(before: string, after: string, coding: Placed, returning = false): string | undefined {
  const place = carryForward(before, after, [coding], { returning }).get(coding.id);
  return place && sliceCodePoints(after, place.start, place.end);
}

const BODY =
  'ON: Worker 1 held the door. "After you," she said.\n\nTN: A small courtesy 👋🏽, and she smiled.\nPN: I was cold. She was not.';

describe('carryForward', () => {
  test('carries words whose neighbours changed · with the right one of several equal words', () => {
    const after = BODY.replace('held the door', 'opened the heavy door').replace('I was cold', 'I was very cold');
    const place = carryForward(BODY, after, [coded(BODY, 'she', 2)]).get('she')!;
    expect(place.start).toBe(codePointLength(after.slice(0, after.indexOf('she smiled'))));
  });

  test('leaves a coding behind · when a word inside it changed', () => {
    expect(wordsAt(BODY, BODY.replace('small', 'tiny'), coded(BODY, 'A small courtesy'))).toBeUndefined();
  });

  test('leaves a coding behind · when its word grew at either end', () => {
    expect(wordsAt('a happy man', 'an unhappy man', coded('a happy man', 'happy'))).toBeUndefined();
    expect(wordsAt('he walked on', 'he walkedon', coded('he walked on', 'walked'))).toBeUndefined();
    expect(wordsAt('e cafe', 'e cafe\u0301', coded('e cafe', 'cafe'))).toBeUndefined();
  });

  test('leaves a coding behind · when the blanks inside it changed', () => {
    expect(wordsAt('held the door', 'held  the door', coded('held the door', 'held the'))).toBeUndefined();
    expect(wordsAt('held the door', 'held\nthe door', coded('held the door', 'held the'))).toBeUndefined();
  });

  test('carries a passage over several paragraphs · when text is added before and after', () => {
    const passage = coded(BODY, 'she said.\n\nTN: A small courtesy 👋🏽');
    expect(wordsAt(BODY, `New first line 😀\n${BODY} And more.`, passage)).toBe(passage.quote);
  });

  test('carries every other word · when a paragraph was put before them all and a word changed in each', () => {
    const paragraphs = Array.from(
      { length: 9 },
      (_, index) => `ON: They met at place${index} and spoke of item${index} then.`,
    );
    const before = paragraphs.join('\n\n');
    const after = ['TN: What came first.', ...paragraphs.map((text) => text.replace('spoke of', 'told of'))].join(
      '\n\n',
    );
    const codings = paragraphs.flatMap((_, index) => [
      coded(before, `place${index}`),
      coded(before, `item${index} then.`),
    ]);
    const places = carryForward(before, after, codings);
    for (const { id, quote } of codings) {
      const place = places.get(id);
      expect(place && sliceCodePoints(after, place.start, place.end)).toBe(quote);
    }
  });

  test('carries every other word · of a note of 20,000 words in which a name was exchanged throughout', () => {
    const sentence = (paragraph: number, index: number) => `Tom said w${paragraph}a${index} of w${paragraph}b${index}.`;
    const paragraphs = Array.from({ length: 160 }, (_, paragraph) =>
      Array.from({ length: 25 }, (__, index) => sentence(paragraph, index)).join(' '),
    );
    const before = paragraphs.join('\n\n');
    const fresh = paragraphs.map((text) => text.replaceAll('Tom', 'Worker 1'));
    const after = [fresh[0]!, 'One more.', ...fresh.slice(1, 99), ...fresh.slice(101)].join('\n\n');
    const words = [3, 60, 98, 101, 159].map((paragraph) => coded(before, `w${paragraph}b7.`));
    const places = carryForward(before, after, [...words, coded(before, 'w99b7.')]);
    for (const { id, quote } of words) {
      const place = places.get(id);
      expect(place && sliceCodePoints(after, place.start, place.end)).toBe(quote);
    }
    expect(places.has('w99b7.')).toBe(false);
  });

  test('follows a sentence that was cut and pasted elsewhere · when it occurs once in either text', () => {
    const sentence = 'TN: A small courtesy 👋🏽, and she smiled.';
    const moved = `${BODY.replace(`${sentence}\n`, '')}\n${sentence}`;
    expect(wordsAt(BODY, moved, coded(BODY, 'A small courtesy 👋🏽, and she smiled.'))).toBe(
      'A small courtesy 👋🏽, and she smiled.',
    );
  });

  test('does not guess · when one of two equal sentences is gone and the other has moved', () => {
    const twice = 'Everybody was given a cup of tea.';
    const before = `One.\n${twice}\nTwo.\n${twice}\nThree.`;
    const after = `Quite other words here.\nAnd here.\n${twice}`;
    const places = carryForward(before, after, [
      { ...coded(before, twice, 1), id: 'first' },
      { ...coded(before, twice, 2), id: 'second' },
    ]);
    expect(places.size).toBeLessThan(2);
  });

  test('does not guess · when a sentence has moved and been copied', () => {
    const sentence = 'Everybody was given a cup of tea.';
    const before = `${sentence}\nOne.\nTwo.\nThree.`;
    const after = `One.\nTwo.\nThree.\n${sentence}\n${sentence}`;
    expect(wordsAt(before, after, coded(before, sentence))).toBeUndefined();
  });

  test('leaves a coding behind · when its last word grew and the same word stands elsewhere', () => {
    expect(wordsAt('he walk now', 'he walked walk now', coded('he walk now', 'he walk'))).toBeUndefined();
  });

  test('does not take a new short word for an old one · elsewhere', () => {
    expect(wordsAt('She left.\nRain.', 'He left.\nRain. She came.', coded('She left.\nRain.', 'She'))).toBeUndefined();
  });

  test('finds a lost coding again · when the old text is back', () => {
    expect(wordsAt(BODY, BODY, coded(BODY, 'she', 2), true)).toBe('she');
    const lengthened = `Added.\n${BODY}`;
    expect(wordsAt(BODY, lengthened, coded(BODY, 'cold'), true)).toBe('cold');
  });

  test('does not believe a short lost word · among other words', () => {
    const before = 'I saw her laugh at it.';
    expect(wordsAt(before, 'They say that her dog barks.', coded(before, 'her'), true)).toBeUndefined();
  });

  test('gives up in time and without a wrong place · on a rewritten note of 2 MB', () => {
    const words = (seed: number) =>
      Array.from({ length: 180_000 }, (_, index) => `w${(index * 7919 * seed) % 5000}${index % 12 === 0 ? '\n' : ''}`);
    const kept = 'This one sentence 👋🏽 was kept word for word by its author.';
    const before = [...words(1), kept, ...words(3)].join(' ');
    const after = [...words(11), kept, ...words(17)].join(' ');
    expect(wordsAt(before, after, coded(before, kept))).toBe(kept);
    const gone = coded(before, 'w2757 w676');
    const place = carryForward(before, after, [gone]).get(gone.id);
    if (place) expect(sliceCodePoints(after, place.start, place.end)).toBe(gone.quote);
  });

  test('ignores a coding whose quote is not where it says · rather than moving it', () => {
    expect(carryForward('abc def', 'abc def', [{ id: 'x', start: 0, end: 3, quote: 'xyz' }]).size).toBe(0);
  });
});

const SPICE = ['👋🏽', '👩‍👩‍👧', 'e\u0301', 'שלום', 'مرحبا', 'ʻōkina', '日本', '"', '—', '\u00a0', '...', '𝒳'];
const anyWord = fc.oneof(
  fc.constantFrom('she', 'the', 'door', 'tea', 'a', '.', ',', ...SPICE),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const anyText = fc
  .array(fc.tuple(anyWord, fc.constantFrom(' ', ' ', ' ', '\n', '', '  ', '\n\nTN: ')), { maxLength: 60 })
  .map((pieces) => pieces.flat().join('').replaceAll('\r', '').replaceAll('\0', ''));

describe('for any texts', () => {
  test('every carried coding quotes the words at its new place, code point by code point', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(), anyText), { maxLength: 4 }),
        fc.boolean(),
        (body, other, spans, edits, returning) => {
          const text = indexText(body);
          fc.pre(text.length > 0);
          const codings = spans.map(([a, b], index) => {
            const start = a % text.length;
            const end = start + 1 + (b % (text.length - start));
            return { id: String(index), start, end, quote: text.slice(start, end) };
          });
          let after = body;
          for (const [at, length, inserted] of edits) {
            const now = indexText(after);
            const from = at % (now.length + 1);
            after = now.slice(0, from) + inserted + now.slice(from + (length % 9), now.length);
          }
          for (const target of [after, other]) {
            const places = carryForward(body, target, codings, { returning });
            for (const { id, quote } of codings) {
              const place = places.get(id);
              if (place) expect(sliceCodePoints(target, place.start, place.end)).toBe(quote);
            }
          }
          const same = carryForward(body, body, codings);
          for (const { id, start, end, quote } of codings)
            if (quote.trim() !== '') expect(same.get(id)).toEqual({ start, end });
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 400) },
    );
  });

  test('a coding whose words lie wholly in what was not edited still covers exactly those words', () => {
    // Every word is its own, so that there is one true answer to where each of them went.
    const unit = fc.tuple(
      fc.constantFrom('', ...SPICE.filter((spice) => spice.trim() !== '')),
      fc.constantFrom(' ', '\n', '  ', '\n\n'),
    );
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 2, maxLength: 80 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.constantFrom(' ', '\n\n')), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 })), { minLength: 1, maxLength: 8 }),
        (units, edits, spans) => {
          const words = units.map(([spice, gap], index) => ({ text: `w${index}x${spice}`, gap }));
          const changed = new Set<number>();
          const inserted = new Map<number, string>();
          for (const [at, removed, added, gap] of edits) {
            const from = at % words.length;
            for (let index = from; index < Math.min(words.length, from + removed); index += 1) changed.add(index);
            inserted.set(from, Array.from({ length: added }, (_, index) => `new${from}n${index}${gap}`).join(''));
          }
          const before = words.map(({ text, gap }) => text + gap).join('');
          let after = '';
          const newStart = new Map<number, number>();
          words.forEach(({ text, gap }, index) => {
            after += inserted.get(index) ?? '';
            newStart.set(index, codePointLength(after));
            if (!changed.has(index)) after += text + gap;
          });
          for (const [at, extra] of spans) {
            const first = at % words.length;
            const last = Math.min(words.length - 1, first + extra);
            const range = Array.from({ length: last - first + 1 }, (_, index) => first + index);
            if (range.some((index) => changed.has(index))) continue;
            if (range.slice(1).some((index) => (inserted.get(index) ?? '') !== '')) continue;
            const quote = words
              .slice(first, last + 1)
              .map(({ text, gap }) => text + gap)
              .join('')
              .trimEnd();
            const start = codePointLength(
              words
                .slice(0, first)
                .map(({ text, gap }) => text + gap)
                .join(''),
            );
            const length = codePointLength(quote);
            const place = carryForward(before, after, [{ id: 'c', start, end: start + length, quote }]).get('c');
            expect(place).toEqual({ start: newStart.get(first), end: newStart.get(first)! + length });
          }
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 400) },
    );
  });
});
