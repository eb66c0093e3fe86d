import { describe, expect, test } from '@jest/globals';
import {
  NVIVO,
  passageOf,
  positionsOf,
  type Profile,
  profileOfOrigin,
  sourceText,
  STANDARD,
} from '../../server/exchange/refi/profile.ts';

const places = (raw: string, profile: Profile, upTo: number): unknown[] => {
  const at = positionsOf(sourceText(raw), profile);
  return Array.from({ length: upTo + 1 }, (_, position) => at(position));
};
import { isOurs, ORIGIN, ORIGIN_FOR_NVIVO } from '../../server/exchange/refi/program.ts';

test.each([
  [ORIGIN, STANDARD],
  [ORIGIN_FOR_NVIVO, NVIVO],
])('our own files say how they count: %s', (origin, profile) => {
  expect(profileOfOrigin(origin)).toEqual({ profile, known: true });
  expect(isOurs(origin)).toBe(true);
});

describe('where a position lies in the product’s text', () => {
  test.each<[what: string, raw: string, profile: Profile, expected: unknown[]]>([
    ['code points', 'a😀b', STANDARD, [0, 1, 2, 3, 'outside']],
    ['UTF-16 units: inside a pair is no place', 'a😀b', NVIVO, [0, 1, 'inside a character', 2, 3, 'outside']],
    // Between CR and LF lies the place before the newline that the two become.
    ['CRLF as two', 'a\r\nb', STANDARD, [0, 1, 1, 2, 3, 'outside']],
    ['CRLF as one', 'a\r\nb', { ...STANDARD, newline: 'one' }, [0, 1, 2, 3, 'outside']],
    ['a lone CR is a newline and one', 'a\rb', NVIVO, [0, 1, 2, 3, 'outside']],
    ['a mark that does not count', '\ufeffab', STANDARD, [0, 1, 2, 'outside']],
    ['a mark that counts', '\ufeffab', { ...STANDARD, mark: 'counted' }, [0, 0, 1, 2, 'outside']],
    ['NVivo on Windows: all of it', '\ufeffa\r\n😀b', NVIVO, [0, 1, 1, 2, 'inside a character', 3, 4, 'outside']],
    ['a mark on a letter is a code point of its own', 'e\u0301x', NVIVO, [0, 1, 2, 3, 'outside']],
    ['an empty text has one place', '', STANDARD, [0, 'outside']],
  ])('%s', (_, raw, profile, expected) => {
    expect(places(raw, profile, expected.length - 1)).toEqual(expected);
  });

  test.each<[start: number, end: number, end2: Profile['end'], expected: unknown]>([
    [0, 3, 'exclusive', { start: 0, end: 3 }],
    [0, 2, 'inclusive', { start: 0, end: 3 }],
    [2, 2, 'exclusive', 'empty'],
    [2, 2, 'inclusive', { start: 2, end: 3 }],
    [2, 1, 'exclusive', 'reversed'],
    [-1, 2, 'exclusive', 'outside'],
    [0, 4, 'exclusive', 'outside'],
    [0, 3, 'inclusive', 'outside'],
    [0.5, 2, 'exclusive', 'outside'],
    [Number.NaN, 2, 'exclusive', 'outside'],
  ])('from %d to %d, the end %s', (start, end, kind, expected) => {
    const profile = { ...STANDARD, end: kind };
    expect(passageOf(positionsOf(sourceText('abc'), profile), profile, { start, end })).toEqual(expected);
  });
});
