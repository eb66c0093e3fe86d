import { describe, expect, test } from '@jest/globals';
import { backupName, isBackupName } from '../../server/backup/manifest.ts';
import { isDue, isOverdue, lastDue } from '../../server/backup/schedule.ts';

const at = (text: string): Date => new Date(text);
const none = { count: 0, last: null };

describe('when a backup is due', () => {
  test.each([
    // In winter London keeps UTC, in summer it is an hour ahead.
    ['2011-11-14T22:29:59Z', '22:30', '2011-11-13T22:30:00.000Z'],
    ['2011-11-14T22:30:00Z', '22:30', '2011-11-14T22:30:00.000Z'],
    ['2011-07-14T21:30:00Z', '22:30', '2011-07-14T21:30:00.000Z'],
    ['2011-07-14T21:29:00Z', '22:30', '2011-07-13T21:30:00.000Z'],
    ['2011-07-14T23:10:00Z', '00:05', '2011-07-14T23:05:00.000Z'],
    // On 27 March 2011 there is no 01:30 in London, on 30 October there are two.
    ['2011-03-27T12:00:00Z', '01:30', '2011-03-27T01:30:00.000Z'],
    ['2011-10-30T12:00:00Z', '01:30', '2011-10-30T01:30:00.000Z'],
  ])('at %s the last moment of %s was %s', (now, time, due) => {
    expect(lastDue(at(now), time).toISOString()).toBe(due);
  });

  test('is from then on until one has begun since', () => {
    const now = at('2011-11-14T23:00:00Z');
    expect(isDue(now, '22:30', { lastGood: undefined, failures: none })).toBe(true);
    expect(isDue(now, '22:30', { lastGood: at('2011-11-14T22:29:00Z'), failures: none })).toBe(true);
    expect(isDue(now, '22:30', { lastGood: at('2011-11-14T22:30:00Z'), failures: none })).toBe(false);
    // The program did not run in the evening: it is made in the morning.
    expect(isDue(at('2011-11-15T08:00:00Z'), '22:30', { lastGood: at('2011-11-13T22:30:05Z'), failures: none })).toBe(
      true,
    );
  });

  test.each([
    [1, 5],
    [2, 10],
    [4, 40],
    [5, 60],
    [50, 60],
  ])('after %d failures it is tried again in %d minutes', (count, minutes) => {
    const last = at('2011-11-14T22:31:00Z');
    const after = (ms: number) => new Date(last.getTime() + minutes * 60_000 + ms);
    expect(isDue(after(-1), '22:30', { lastGood: undefined, failures: { count, last } })).toBe(false);
    expect(isDue(after(0), '22:30', { lastGood: undefined, failures: { count, last } })).toBe(true);
  });

  test('somebody should look after it when there is none for 26 hours, or for a week where it is made by hand', () => {
    const made = at('2011-11-14T22:30:00Z');
    expect(isOverdue(at('2011-11-16T00:30:00Z'), '22:30', made)).toBe(false);
    expect(isOverdue(at('2011-11-16T00:30:01Z'), '22:30', made)).toBe(true);
    expect(isOverdue(at('2011-11-21T22:30:00Z'), undefined, made)).toBe(false);
    expect(isOverdue(at('2011-11-21T22:30:01Z'), undefined, made)).toBe(true);
    expect(isOverdue(made, undefined, undefined)).toBe(true);
  });
});

test('only names that the program gives are its own', () => {
  expect(backupName(at('2011-11-14T22:30:05.123Z'))).toBe('fieldnotes-20111114T223005Z.backup');
  expect(isBackupName('fieldnotes-20111114T223005Z.backup')).toBe(true);
  for (const name of ['before-the-move.backup', 'fieldnotes-20111114T223005Z.backup.part', 'erasures.jsonl'])
    expect(isBackupName(name)).toBe(false);
});
