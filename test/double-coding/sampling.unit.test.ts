import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { draw } from '../../server/double-coding/sampling.ts';

const CANDIDATES = ['a', 'b', 'c', 'd', 'e'];

test('the same seed · draws the same notes in whatever order they come, and no note twice', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(5), fc.shuffledSubarray(CANDIDATES, { minLength: 5 }), (seed, count, shuffled) => {
      const drawn = draw(seed, CANDIDATES, count);
      expect(draw(seed, shuffled, count)).toEqual(drawn);
      expect(new Set(drawn).size).toBe(count);
    }),
  );
});

test('one seed · gives the draw that SHA-256 of it gives when done by hand', () => {
  // printf 'seed a' | sha256sum: 82c848cf…; d 9b065252…, b b20c41ff…, c c6adfb7e…, e dec4a30d….
  expect(draw('seed', CANDIDATES, 5)).toEqual(['a', 'd', 'b', 'c', 'e']);
});

test('many seeds · draw every note about as often', () => {
  const counts = new Map(CANDIDATES.map((id) => [id, 0]));
  for (let seed = 0; seed < 2000; seed += 1)
    for (const id of draw(String(seed), CANDIDATES, 2)) counts.set(id, counts.get(id)! + 1);
  // 800 each are to be expected, give or take 22; these seeds are always the same.
  for (const count of counts.values()) expect(Math.abs(count - 800)).toBeLessThan(90);
});
