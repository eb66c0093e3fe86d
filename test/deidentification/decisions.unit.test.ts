import { describe, expect, test } from '@jest/globals';
import { type Choice, decisionsOf } from '../../server/deidentification/decisions.ts';
import { findingsIn } from '../../server/deidentification/findings.ts';
import { type KnownPerson, namesOf } from '../../server/identities/known-names.ts';
import { applyReplacements } from '../../server/identifiers/replacements.ts';
import { isLongBefore, saysBirth } from '../../server/identifiers/births.ts';
import { seasonOf } from '../../server/identifiers/seasons.ts';

const person = (pseudonym: string, name: string, agencyId = 'here'): KnownPerson => ({
  participantId: pseudonym,
  agencyId,
  pseudonym,
  names: namesOf(name),
});
const PEOPLE = [
  person('Member 4', 'Sam Okafor'),
  person('Worker 2', 'Ann Lee'),
  person('Member 1', 'Ann Poe', 'elsewhere'),
];
const TEXT = {
  title: 'Sam at Northside Centre',
  body: 'Sam met Ann on 3 May. The Anniversary: ann’s idea. Ring 0117 496 0123. Sam left.',
};
const CONTEXT = { agencyId: 'here', visitYear: 2011 };

describe('what there is to decide', () => {
  test('groups the same words, the title first · with what is proposed for each', () => {
    const found = findingsIn(TEXT, PEOPLE, CONTEXT).map(({ words, isCertain, replacements, category, places }) => [
      words,
      isCertain,
      replacements.join(' or '),
      category,
      places.map(({ field, start }) => `${field} ${start}`).join(', '),
    ]);
    expect(found).toEqual([
      ['Sam', true, '[Member 4]', 'name', 'title 0, body 0, body 71'],
      ['Northside Centre', false, '[place]', 'place', 'title 7'],
      // Borne by somebody of another agency too: proposed, and not ticked.
      ['Ann', false, '[Worker 2]', 'name', 'body 8'],
      ['3 May', false, '[spring 2011]', 'date', 'body 15'],
      ['ann', false, '[Worker 2]', 'name', 'body 39'],
      ['0117 496 0123', false, '[telephone number]', 'contact', 'body 56'],
    ]);
  });

  test('starts with what by its form alone leads to somebody ticked · not with names that nobody knows, places and days', () => {
    const body =
      'Ann was born on 3 May 1961, of M13 9PL, ann@choir.example or 0117 496 0123; NHS 943 476 5919. On 3 May she met Mr Quill at Northside Centre. Her card said 7/8/1950. Opened in 2001.';
    const found = findingsIn({ title: '', body }, PEOPLE.slice(0, 2), CONTEXT);
    expect(found.map(({ words, isProposed, replacements }) => [words, isProposed, replacements.join()])).toEqual([
      ['Ann', true, '[Worker 2]'],
      ['3 May 1961', true, '[date of birth]'],
      ['M13 9PL', true, '[postcode]'],
      ['ann@choir.example', true, '[e-mail address]'],
      ['0117 496 0123', true, '[telephone number]'],
      ['943 476 5919', true, '[NHS number]'],
      ['3 May', false, '[spring 2011]'],
      ['Mr Quill', false, '[name]'],
      ['Northside Centre', false, '[place]'],
      ['7/8/1950', true, '[date]'],
    ]);
  });

  test.each([
    ['DOB: ', '', true],
    ['d.o.b. ', '', true],
    ['Her date of birth is ', '', true],
    ['he was born in ', '', true],
    ['Ray, ', ' (date of birth)', true],
    ['Ray, ', ', his birthday', true],
    ['The stubborn ', ' went on', false],
    ['born here; we met on ', '', false],
    ['', ' dobbed him in', false],
  ])('is told a birth by the words around it · “%s…%s”', (before, after, isBirth) => {
    expect(saysBirth(before, after)).toBe(isBirth);
  });

  test.each([
    ['3 May 2001', true],
    ['2001-05-03', true],
    ['3 May 2002', false],
    ['May', false],
    ['2001', false],
    ['3 May', false],
  ])('takes a whole day ten years before the visit for one · %s', (words, isOne) => {
    expect(isLongBefore(words, 2011)).toBe(isOne);
  });

  test.each([
    ['3 May', 'spring 2011'],
    ['14 November 2010', 'autumn 2010'],
    ['2011-12-24', 'winter 2011'],
    ['24/12/2011', 'winter 2011'],
    ['3 May 1961', undefined],
    ['Tuesday', undefined],
  ])('makes %s general: %s', (date, season) => {
    expect(seasonOf(date, 2011)).toBe(season);
  });
});

describe('decisions', () => {
  const choice = (words: string, text: string, places?: Choice['places']): Choice => ({
    words,
    text,
    category: 'name',
    places,
  });
  const body = (choices: Choice[]) => {
    const decisions = decisionsOf(TEXT, choices);
    return (
      decisions &&
      applyReplacements(
        TEXT.body,
        decisions.filter(({ field }) => field === 'body'),
      )
    );
  };

  test('replace everywhere, whole words, written just so · in title and body', () => {
    const decisions = decisionsOf(TEXT, [choice('Sam', 'Member 4')]);
    expect(decisions?.map(({ field, start, text }) => [field, start, text])).toEqual([
      ['title', 0, '[Member 4]'],
      ['body', 0, '[Member 4]'],
      ['body', 71, '[Member 4]'],
    ]);
    expect(body([choice('Ann', 'Worker 2')])).toContain('met [Worker 2] on 3 May. The Anniversary: ann’s');
    expect(body([choice('0117 496 0123', '')])).toContain('Ring [removed]. ');
    expect(body([choice('17 496', 'x')])).toBe(TEXT.body);
  });

  test('take the longer of two at one place', () => {
    expect(body([choice('Ann', '[x]'), choice('met Ann on', '[y]')])).toMatch(/^Sam \[y\] 3 May/);
  });

  test('are none · where the words do not stand at the place', () => {
    expect(decisionsOf(TEXT, [choice('Sam', 'x', [{ field: 'body', start: 1, end: 4 }])])).toBeUndefined();
    expect(decisionsOf(TEXT, [choice('Sam', 'x', [{ field: 'title', start: 0, end: 3 }])])).toHaveLength(1);
  });
});
