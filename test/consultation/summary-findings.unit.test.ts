import { describe, expect, test } from '@jest/globals';
import { checkSummary, type Named } from '../../server/consultation/summary-findings.ts';
import { namesOf } from '../../server/identities/known-names.ts';

const HERE = 'agency-here';
const named: Named = {
  people: [
    { participantId: 'p1', agencyId: HERE, pseudonym: 'Member 4', names: namesOf('Samuel Okafor', ['Sam']) },
    { participantId: 'p2', agencyId: 'other', pseudonym: 'Rose', names: namesOf('May Winterbourne') },
  ],
  participants: [
    { id: 'p1', agencyId: HERE, pseudonym: 'Member 4', isWithheld: false },
    { id: 'p2', agencyId: 'other', pseudonym: 'Rose', isWithheld: true },
    { id: 'p3', agencyId: HERE, pseudonym: 'Worker 2', isWithheld: false },
  ],
  agencies: [
    { id: HERE, name: 'BlueSCI Wellbeing Centre', code: 'BSC' },
    { id: 'other', name: 'Orchard Lane Community Project', code: 'ORL' },
  ],
};
const found = (body: string, title = 'What we saw') =>
  checkSummary({ title, body }, HERE, named).findings.map(({ words, kind, isKnown }) => [words, kind, isKnown]);

describe('checkSummary', () => {
  test.each<[string, [string, string, boolean][]]>([
    ['We met Sam Okafor there.', [['Sam Okafor', 'known', true]]],
    // Whatever the capitals, and of whichever agency.
    ['We met okafor there.', [['okafor', 'known', true]]],
    [
      'The Sam-Winterbourne walk',
      [
        ['Sam', 'known', true],
        ['Winterbourne', 'known', true],
      ],
    ],
    ['Write to sam.okafor@example.org', [['sam.okafor@example.org', 'known', true]]],
    // A name that is another word: a name where it is written so, pointed at where it is not.
    [
      'May we come again? We may.',
      [
        ['May', 'known', true],
        ['may', 'small', false],
      ],
    ],
    ['At Orchard Lane they do it too.', [['Orchard Lane', 'agency', false]]],
    [
      '[Member 4] and worker 2 told us.',
      [
        ['Member 4', 'pseudonym', false],
        ['worker 2', 'pseudonym', false],
      ],
    ],
    ['Rose grew a rose.', [['Rose', 'withheld pseudonym', false]]],
    [
      'Mrs Kowalczyk called on 3 May 2011 from M33 4BT.',
      [
        ['Mrs Kowalczyk', 'name', false],
        ['3 May 2011', 'date', false],
        ['M33 4BT', 'postcode', false],
      ],
    ],
    [
      'She came on 14 May and in May.',
      [
        ['14 May', 'date', false],
        ['May', 'known', true],
      ],
    ],
    // The agency itself, and words that only begin as a name does.
    ['BlueSCI and BSC are warm. Anniversary, samovar.', []],
  ])('%s', (body, expected) => {
    expect(found(body)).toEqual(expected);
  });

  test('says where it stands · in the title, or around which words · and where to mark it', () => {
    const check = checkSummary({ title: 'Sam 👋🏽', body: '👋🏽 Hello Sam.' }, HERE, named);
    expect(check.findings).toEqual([
      {
        words: 'Sam',
        kind: 'known',
        isKnown: true,
        places: [
          { isTitle: true, before: '', after: ' 👋🏽' },
          { isTitle: false, before: '👋🏽 Hello ', after: '.' },
        ],
      },
    ]);
    // In UTF-16: the hand and its colour are four.
    expect(check.marks).toEqual([{ from: 11, to: 14, isKnown: true }]);
    expect([check.nameless, check.participants]).toEqual([1, 3]);
  });

  test('has another digest · when the text or what was found is another', () => {
    const digest = (body: string, of = named) => checkSummary({ title: 'T', body }, HERE, of).digest;
    expect(digest('Hello Sam.')).toBe(digest('Hello Sam.'));
    expect(digest('Hello Sam.')).not.toBe(digest('Hello, Sam.'));
    expect(digest('Hello Sam.')).not.toBe(digest('Hello Sam.', { ...named, people: [] }));
  });
});
