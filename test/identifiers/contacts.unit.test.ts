import { describe, expect, test } from '@jest/globals';
import { calendarDay } from '../../server/identifiers/calendar-day.ts';
import { createContactFinder } from '../../server/identifiers/contacts.ts';

const ROSE = {
  participantId: 'rose',
  contact: 'Flat 2, 14 Rosslyn Road, Moss Side, M14 5AB\n0161 496 0123, rose.b@example.org (mum: +44 7700 900456)',
  born: '3 May 1964',
};
const NED = { participantId: 'ned', contact: '15 High Street; 0161 496 0123', born: '1971' };
const find = createContactFinder([ROSE, NED]);

/** The words that are found in a text, with what they are and of whom. */
const found = (text: string) =>
  find(text).map(({ start, end, kind, participantIds }) => [
    Array.from(text).slice(start, end).join(''),
    kind,
    participantIds.join(' '),
  ]);

describe('what is known of how people are reached', () => {
  test.each([['+44 (0)161 4960123'], ['0161-496-0123'], ['01614960123'], ['0044 161 496 0123']])(
    'a telephone number written %s',
    (number) => {
      expect(found(`👋 call ${number} now`)).toEqual([[number, 'telephone', 'rose ned']]);
    },
  );

  test('a telephone number without the code of its area, where the words say so', () => {
    expect(found('ring 496 0123.')).toEqual([['496 0123', 'telephone', 'rose ned']]);
    expect(found('ring 496 0124.')).toEqual([]);
  });

  test.each([
    ['ROSE.B@Example.org', 'email'],
    ['m145ab', 'postcode'],
    ['M14  5AB', 'postcode'],
    ['07700 900456', 'telephone'],
    ['Flat 2, 14 Rosslyn Rd', 'address'],
    ['rosslyn road', 'address'],
    ['16 Rosslyn Road', 'address'],
    ['3rd of May, 1964', 'born'],
    ['May 3 1964', 'born'],
    ['03/05/64', 'born'],
    ['3.5.1964', 'born'],
    ['1964-05-03', 'born'],
  ])('“%s” is the %s of one person', (words, kind) => {
    expect(found(`It was ${words}.`)).toEqual([[words, kind, 'rose']]);
  });

  test('nothing else is: other numbers, other days, a year alone, and a street that every town has', () => {
    for (const text of [
      '0161 496 0124',
      'b@example.org',
      'M14 5AD',
      '4 May 1964',
      'in 1971',
      'On the High Street',
      'Ross Road',
    ])
      expect(found(text)).toEqual([]);
    expect(found('At\nRosslyn Road')).toEqual([['Rosslyn Road', 'address', 'rose']]);
    expect(found('At 15 High St.')).toEqual([['15 High St', 'address', 'ned']]);
  });

  test('a text is searched in time in proportion to its length', () => {
    expect(found(`${'a'.repeat(50_000)} ${'road '.repeat(20_000)}`)).toEqual([]);
  });

  test('where nothing is on record, nothing is found', () => {
    expect(createContactFinder([{ participantId: 'x', contact: '', born: '' }])('0161 496 0123')).toEqual([]);
  });
});

test.each([
  ['3/5/64', '1964-05-03'],
  ['03051964', '1964-05-03'],
  ['31.12.1999', '1999-12-31'],
  ['5 Sept 04', '2004-09-05'],
  ['December 1st, 1950', '1950-12-01'],
  ['May 1964', undefined],
  ['32/1/1964', undefined],
  ['1964', undefined],
  ['in spring', undefined],
])('calendarDay(%s) is %s', (words, day) => {
  expect(calendarDay(words)).toBe(day);
});
