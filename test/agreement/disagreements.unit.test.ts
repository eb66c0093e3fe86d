import { expect, test } from '@jest/globals';
import { disagreementsOf } from '../../server/agreement/disagreements.ts';
import type { Span } from '../../server/agreement/spans.ts';

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([start, end]) => ({ start, end }));

test('codings alike · are no disagreement, however they were cut', () => {
  expect(disagreementsOf([spans([0, 5], [5, 9]), spans([0, 9])])).toEqual([]);
});

test('codings that overlap · are one disagreement with what each coded of it', () => {
  expect(disagreementsOf([spans([0, 10]), spans([5, 15]), []])).toEqual([
    { start: 0, end: 15, coded: [spans([0, 10]), spans([5, 15]), []] },
  ]);
});

test('codings apart · are disagreements of their own, in reading order', () => {
  expect(disagreementsOf([spans([20, 30]), spans([2, 4], [20, 30], [40, 44])])).toEqual([
    { start: 2, end: 4, coded: [[], spans([2, 4])] },
    { start: 40, end: 44, coded: [[], spans([40, 44])] },
  ]);
});

test('nobody coded · nobody disagrees', () => {
  expect(disagreementsOf([[], []])).toEqual([]);
  expect(disagreementsOf([])).toEqual([]);
});
