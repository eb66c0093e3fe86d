import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { suggestedPlaces } from '../../server/coding/suggested-place.ts';
import { codePointLength, sliceCodePoints } from '../../server/shared/text.ts';

/** The words suggested for `quote`, which `before` has once. */
function suggested(before: string, after: string, quote: string): string | undefined {
  const start = codePointLength(before.slice(0, before.indexOf(quote)));
  const end = start + codePointLength(quote);
  const place = suggestedPlaces(before, after, [{ id: 'a', start, end }]).get('a');
  return place && sliceCodePoints(after, place.start, place.end);
}

describe('suggestedPlaces', () => {
  test('what stands between the kept neighbours · when a word was exchanged', () => {
    expect(suggested('She made tea for Tom.', 'She made strong coffee for Tom.', 'made tea')).toBe(
      'made strong coffee',
    );
    expect(suggested('👋🏽 She made tea for Tom.', '👋🏽 She brewed it for Tom.', 'made tea')).toBe('brewed it');
  });

  test('a word that grew · is suggested whole', () => {
    expect(suggested('They walk home now.', 'They walked home now.', 'walk')).toBe('walked');
  });

  test('what is left of the words · when some were deleted', () => {
    expect(suggested('One two three four five.', 'One two four five.', 'two three four')).toBe('two four');
  });

  test('nothing · when the words were deleted whole, or the text is another', () => {
    expect(suggested('One two three.', 'One three.', 'two')).toBeUndefined();
    expect(suggested('Alpha beta', '', 'beta')).toBeUndefined();
  });

  test('for any texts · a suggestion lies in the new text, and neither begins nor ends with a blank', () => {
    const words = fc.array(fc.constantFrom('a', 'tea', '👋🏽', 'שלום', 'e\u0301', '\n', 'home.', '“so”'), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(words, words, fc.nat(40), fc.nat(40), (old, fresh, from, length) => {
        const [before, after] = [old.join(' '), fresh.join(' ')];
        const start = Math.min(from, codePointLength(before));
        const end = Math.min(start + length + 1, codePointLength(before));
        if (end <= start) return;
        const place = suggestedPlaces(before, after, [{ id: 'a', start, end }]).get('a');
        if (!place) return;
        const found = sliceCodePoints(after, place.start, place.end);
        expect(place.end).toBeLessThanOrEqual(codePointLength(after));
        expect(found.trim()).toBe(found);
        expect(codePointLength(found)).toBe(place.end - place.start);
        expect(found).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
