import { expect, test } from '@jest/globals';
import { createTurns } from '../../server/web/downloads.ts';

test('take() · gives no more than the limit to all, and to each · until one is given back', () => {
  const turns = createTurns({ most: 3, each: 2 });
  const first = turns.take('one');
  turns.take('one');
  expect(() => turns.take('one')).toThrow('You are downloading 2 files at this moment');
  const other = turns.take('other');
  expect(() => turns.take('third')).toThrow('Several files are being downloaded at this moment');
  first();
  first();
  turns.take('third');
  expect(() => turns.take('third')).toThrow('Several files');
  other();
  turns.take('one');
  expect(() => turns.take('one')).toThrow('You are downloading 2 files');
});
