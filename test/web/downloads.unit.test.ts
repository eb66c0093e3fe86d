import { expect, test } from '@jest/globals';
import { createTurns } from '../../server/web/downloads.ts';

test('take() · gives no more than the limit · until one is given back', () => {
  const turns = createTurns(2);
  const first = turns.take();
  expect([first, turns.take(), turns.take()].map(Boolean)).toEqual([true, true, false]);
  first!();
  first!();
  expect([turns.take(), turns.take()].map(Boolean)).toEqual([true, false]);
});
