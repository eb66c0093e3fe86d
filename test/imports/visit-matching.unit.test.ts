import { describe, expect, test } from '@jest/globals';
import { attributesFor, readAttributes } from '../../server/imports/attributes.ts';
import {
  matchVisit,
  readDate,
  readPattern,
  wantedByName,
  wantedByPattern,
} from '../../server/imports/visit-matching.ts';

const visit = (id: string, agency: string, code: string, date: string, time = '10:00') => ({
  id,
  agency,
  code,
  phase: 'First visits',
  setting: 'Drop-in',
  date,
  time,
});
const VISITS = [
  visit('a', 'BlueSCI', 'BS', '2011-11-14'),
  visit('b', 'BlueSCI', 'BS', '2011-11-15'),
  visit('c', 'Sharing Voices', 'SV', '2011-11-14'),
  visit('d', 'Sharing Voices', 'SV', '2011-12-01', '09:00'),
  visit('e', 'Sharing Voices', 'SV', '2011-12-01', '14:00'),
];

test.each([
  ['2011-11-14', '2011-11-14'],
  ['20111114', '2011-11-14'],
  ['14/11/2011', '2011-11-14'],
  ['14.11.11', '2011-11-14'],
  ['14 November 2011', '2011-11-14'],
  ['4th Nov 2011', '2011-11-04'],
  ['31/02/2011', undefined],
  ['11/14/2011', undefined],
  ['yesterday', undefined],
])('%s is read as the date %s', (written, date) => {
  expect(readDate(written)).toBe(date);
});

describe('a visit', () => {
  test.each([
    [{ agency: 'bluesci', date: '2011-11-14' }, 'a'],
    [{ agency: 'BS', date: '2011-11-15' }, 'b'],
    [{ agency: 'sharing_voices', date: '2011-12-01', time: '14:00' }, 'e'],
  ])('is found by %j', (wanted, id) => {
    expect(matchVisit(wanted, VISITS)).toEqual({ visitId: id, hint: null });
  });

  test('is not guessed · when none fits, or several do', () => {
    expect(matchVisit({ agency: 'BS', date: '2011-12-01' }, VISITS)).toEqual({
      visitId: null,
      hint: 'No visit to “BS” on 1 December 2011 is recorded. Record it first, or choose another.',
    });
    expect(matchVisit({ date: '2011-12-01', phase: 'First visits' }, VISITS).hint).toBe(
      '2 visits on 1 December 2011 in “First visits” are recorded. Choose one of them.',
    );
  });

  test.each([
    ['BlueSCI 2011-11-14.docx', '', { agency: 'BlueSCI', date: '2011-11-14' }],
    ['2011-11-14 notes.docx', 'Sharing Voices', { agency: 'Sharing Voices', date: '2011-11-14' }],
    ['sv_14.11.2011.txt', '', { agency: 'Sharing Voices', date: '2011-11-14' }],
    ['14 November 2011.txt', '', { date: '2011-11-14' }],
    ['notes 123456789.txt', 'BlueSCI', undefined],
    ['BlueSCI.txt', '', undefined],
  ])('is said by the name %s in the folder “%s”', (name, folder, wanted) => {
    expect(wantedByName(name, folder, VISITS)).toEqual(wanted);
  });
});

describe('a pattern', () => {
  test.each([
    [
      '{agency}_{date}_{title}',
      'BlueSCI_2011-11-14_Drop-in at noon',
      { agency: 'BlueSCI', date: '2011-11-14', title: 'Drop-in at noon' },
    ],
    ['{date} {agency}', '14.11.2011 Sharing Voices', { date: '2011-11-14', agency: 'Sharing Voices' }],
    ['{any}-({phase}) {date}', 'x-(First visits) 20111114', { phase: 'First visits', date: '2011-11-14' }],
    ['{agency}_{date}', 'BlueSCI_tomorrow', undefined],
    ['{agency}_{date}', 'BlueSCI', undefined],
    ['{agency}_{date} end', 'BlueSCI_2011-11-14 end', { agency: 'BlueSCI', date: '2011-11-14' }],
    ['{agency}_{date} end', 'BlueSCI_2011-11-14 end of it', undefined],
  ])('%s reads %s', (pattern, stem, wanted) => {
    const read = readPattern(pattern);
    if ('wrong' in read) throw new Error(read.wrong);
    expect(wantedByPattern(read, stem)).toEqual(wanted);
  });

  test.each([
    ['{agency', 'Close each bracket: {agency}'],
    ['{who}_{date}', '“{who}” is not known. Use {agency}, {phase}, {date}, {setting}, {title} or {any}'],
    ['{title}', 'Say where in the name the visit is, for example {agency}_{date}'],
    ['{date}-{date}', 'Use {date} once only'],
    ['{date}{agency}', 'Put what parts them between {date} and {agency}'],
  ])('%s is refused', (pattern, wrong) => {
    expect(readPattern(pattern)).toEqual({ wrong });
  });
});

describe('a table of attributes', () => {
  test('is read with whatever parts its columns, in whatever order they stand', () => {
    const table = Buffer.from(
      '\ufeffTitle;File name;Agency;Visit date;Time;Mood\n"One; two";a.txt;BS;14/11/2011 00:00;9:30;good\n;b.txt;;soon;;\n;;;;;\n',
    );
    expect(readAttributes(table)).toEqual([
      { file: 'a.txt', title: 'One; two', wanted: { agency: 'BS', date: '2011-11-14', time: '09:30' } },
      { file: 'b.txt', wanted: {}, wrong: '“soon” in the table is no date. Write it as 2011-11-14.' },
    ]);
    expect(readAttributes(Buffer.from('name,age\nx,1\n'))).toBeUndefined();
  });

  test('says which line is for a document: by its path, else by a name that only one line has', () => {
    const table = readAttributes(Buffer.from('file,agency\nA/x.txt,one\nB/x.txt,two\ny.txt,three\n'))!;
    const agency = (fileName: string, folder: string) => attributesFor(table, { fileName, folder })?.wanted.agency;
    expect([agency('x.txt', 'a'), agency('x.txt', 'B'), agency('x.txt', ''), agency('Y.txt', 'C')]).toEqual([
      'one',
      'two',
      undefined,
      'three',
    ]);
  });
});
