import { expect, test } from '@jest/globals';
import { monthsAfter } from '../../server/retention/retention.ts';

test.each([
  ['2011-11-14', 12, '2012-11-14'],
  ['2011-11-14', 120, '2021-11-14'],
  // A day that the month does not have becomes its last.
  ['2012-02-29', 12, '2013-02-28'],
  ['2011-08-31', 6, '2012-02-29'],
  ['2011-12-31', 36, '2014-12-31'],
])('monthsAfter · %s and %i months are %s', (from, months, expected) => {
  expect(monthsAfter(from, months)).toBe(expected);
});
