import { expect, test } from '@jest/globals';
import { formatMinutes, formatSpan } from '../../server/shared/dates.ts';

test.each([
  [0, 'less than a minute'],
  [200, '3 hours 20 minutes'],
  [24 * 60, '1 day'],
  [(2 * 24 + 4) * 60, '2 days 4 hours'],
  [(14 * 24 - 1) * 60, '13 days 23 hours'],
  [(14 * 24 + 6) * 60, '14 days'],
  [(5457 * 24 + 6) * 60, '5,457 days'],
])('%i minutes · are said as “%s”', (minutes, words) => {
  expect(formatMinutes(minutes)).toBe(words);
});

// London is an hour ahead of UTC in June: 22:30 UTC is 23:30 there, and midnight falls in between.
test.each([
  ['2011-06-01T09:00:00Z', '2011-06-01T12:30:00Z', '10:00 to 13:30'],
  ['2011-06-01T22:00:00Z', '2011-06-02T00:00:00Z', '23:00 to 01:00 on 2 June 2011'],
  ['2011-06-01T22:00:00Z', '2011-06-01T22:30:00Z', '23:00 to 23:30'],
])('from %s to %s · is “%s” in London', (start, end, words) => {
  expect(formatSpan(new Date(start), new Date(end), 'Europe/London')).toBe(words);
});
