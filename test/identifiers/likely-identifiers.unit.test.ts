import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { likelyIdentifiers } from '../../server/identifiers/likely-identifiers.ts';
import { codePointLength, sliceCodePoints } from '../../server/shared/text.ts';

/** Each finding as "kind: what stands there". */
function seen(text: string): string[] {
  return likelyIdentifiers(text).map(({ start, end, kind }) => `${kind}: ${sliceCodePoints(text, start, end)}`);
}

describe('numbers and addresses', () => {
  test.each([
    ['at M1 1AE, sw1a 2aa or GIR 0AA', 'postcode: M1 1AE|postcode: sw1a 2aa|postcode: GIR 0AA'],
    // No area XX, no inward part with C, ordinals, parts of longer words.
    ['XX1 1AA, M1 1AC, m4 4th, AM1 1AE2, B12', ''],
    [
      'ring 0161 496 0000, (020) 7946 0958 or 07700-900-123',
      'telephone: 0161 496 0000|telephone: (020) 7946 0958|telephone: 07700-900-123',
    ],
    [
      '+44 (0)7700 900 123; 0044 161 496 0000; +1 (212) 555-0199',
      'telephone: +44 (0)7700 900 123|telephone: 0044 161 496 0000|telephone: +1 (212) 555-0199',
    ],
    ['07700 900123 07700 900124 12 times', 'telephone: 07700 900123|telephone: 07700 900124'],
    ['Tel: 496 0000', 'telephone: 496 0000'],
    ['0123456789012345678, £0161496000, 0.1614960000, 2011-2012, room 01, 10 11 12 13 14 15', ''],
    ['to Ann.O’Brien+x@mail.example.co.uk.', 'email: Ann.O’Brien+x@mail.example.co.uk'],
    ['an @ sign, user@localhost, a@b', ''],
    // 943 476 5919 is the published example of the check digit; the other ends otherwise.
    [
      '943 476 5919, 943-476-5919, 9434765919',
      'nhs-number: 943 476 5919|nhs-number: 943-476-5919|nhs-number: 9434765919',
    ],
    ['943 476 5918, 9434765910, 1111111111', ''],
  ])('%s', (text, expected) => {
    expect(seen(text).join('|')).toBe(expected);
  });
});

describe('dates', () => {
  test.each([
    ['12/03/1985, 12.3.85, 12-03-85, 1985-03-12', 'date: 12/03/1985|date: 12.3.85|date: 12-03-85|date: 1985-03-12'],
    ['the 12th of March 1985 or 3 Mar ’85', 'date: 12th of March 1985|date: 3 Mar ’85'],
    ['on March 12, 1985 and May 3rd', 'date: March 12, 1985|date: May 3rd'],
    ['born in 1985, DOB: 12/3, birthday in May 1960', 'date: 1985|date: 12/3|date: May 1960'],
    ['12 may come, 5/7 of them, in May 2011, at 10.30, 32/01/1990, version 1.2.3, 40 March', ''],
  ])('%s', (text, expected) => {
    expect(seen(text).join('|')).toBe(expected);
  });
});

describe('names', () => {
  test.each([
    ['Mr. Whitlock and Dr Agnès de la Tour came', 'name: Mr. Whitlock|name: Dr Agnès de la Tour'],
    ['I met Zbigniew Nowak-Kowalski. Nowak-Kowalski sang.', 'name: Zbigniew Nowak-Kowalski|name: Nowak|name: Kowalski'],
    ['her brother Kwabena, a man called Olumidé', 'name: Kwabena|name: Olumidé'],
    ['Ann’s cup. Priya nodded. Siân O’Hara-Jones', 'name: Ann|name: Priya|name: Siân O’Hara-Jones'],
    ['We saw that Kazimierz laughed. Kazimierz left.', 'name: Kazimierz|name: Kazimierz'],
    // Words that are names as well prove nothing in front of a sentence.
    ['Will you come? Rose petals. I asked Will. Hope said so.', 'name: Will|name: Hope'],
    ['a group called Creative Writing, the Age UK Project, she told English people, NHS said', ''],
    ['Monday came. I met Housing Support Services. On Tuesday Worker 2 said it. ON: Two said no.', ''],
    ['[Ann] and [Member 4], then [0161 496 0000]', 'telephone: 0161 496 0000'],
    ['met JOHN SMITH', 'name: JOHN SMITH'],
    ['met Ann\n\nRoad works', 'name: Ann'],
  ])('%s', (text, expected) => {
    expect(seen(text).join('|')).toBe(expected);
  });
});

describe('places', () => {
  test.each([
    ['Visited Oak House at 14 High Street', 'place: Oak House|place: 14 High Street'],
    ['Flat 3, 22 Cherry Tree Lane; St Mary’s Church', 'place: 22 Cherry Tree Lane|place: St Mary’s Church'],
    ['the Northside Centre', 'place: Northside Centre'],
    ['who lives in Salford and grew up in New Mills', 'place: Salford|place: New Mills'],
    ['the Day Centre, the Job Centre, a House, The Community Hospital, in the High Street', ''],
    ['she lives in English', ''],
    ['Ann Lee House', 'place: Ann Lee House'],
  ])('%s', (text, expected) => {
    expect(seen(text).join('|')).toBe(expected);
  });
});

describe('every text', () => {
  const piece = fc.constantFrom(
    'Ann',
    'Mr',
    'met',
    'M1 1AE',
    '12/3/85',
    '😀',
    'é',
    '[',
    ']',
    '@',
    'a@b.org',
    '0161 496 0000',
    'Road',
    'St',
    '.',
    '\n',
    ' ',
    '-',
    '’s',
    '王',
    'said',
    '12 May',
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.array(piece).map((list) => list.join(' ')),
    fc.array(piece).map((list) => list.join('')),
  );

  test('has findings in order, inside it, apart from each other and never blank at an end', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = 0;
        for (const { start, end } of likelyIdentifiers(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          const words = sliceCodePoints(text, start, end);
          expect(words).toBe(words.trim());
          last = end;
        }
        expect(last).toBeLessThanOrEqual(codePointLength(text));
      }),
      { numRuns: 500 },
    );
  });

  test('gives its findings at the same distance · when other people’s letters stand before it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const before = '😀é王.\n\n';
        expect(likelyIdentifiers(before + text).map(({ start, end, kind }) => [start - 6, end - 6, kind])).toEqual(
          likelyIdentifiers(text).map(({ start, end, kind }) => [start, end, kind]),
        );
      }),
      { numRuns: 300 },
    );
  });

  // A pattern that goes back and back would not come to an end in the time that a test has.
  test.each([
    'a',
    '0 ',
    '0 1 ',
    'a@',
    'a.',
    'A ',
    'A-',
    'Ann de ',
    '1/1/',
    'M1 1',
    '[',
    'A Road ',
    'born in the ',
    '12 March ',
  ])(
    'is read to its end · when two million characters are "%s" over and over',
    (piece) => {
      const text = piece.repeat(2_000_000 / piece.length);
      expect(likelyIdentifiers(`${text}\n\nTo ann@example.org`).at(-1)).toEqual({
        start: text.length + 5,
        end: text.length + 20,
        kind: 'email',
      });
    },
    60_000,
  );
});
