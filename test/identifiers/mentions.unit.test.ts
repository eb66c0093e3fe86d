import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findMentions } from '../../server/identifiers/mentions.ts';
import { type KnownPerson, namesOf } from '../../server/identities/known-names.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';

const person = (pseudonym: string, fullName: string, others: string[] = []): KnownPerson => ({
  participantId: `id of ${pseudonym}`,
  agencyId: 'agency',
  pseudonym,
  names: namesOf(fullName, others),
});
const SAM = person('Member 4', 'Samuel Okafor', ['Sam']);
const ANN = person('Worker 2', 'Ann O’Brien');

/** Each mention as a line: what stands there, whose it is, how sure. */
function seen(text: string, people: KnownPerson[] = [SAM, ANN]): string[] {
  return findMentions(text, people).map(
    ({ text: words, people: found, certainty }) =>
      `${words} → ${found.map(({ pseudonym }) => pseudonym).join(' or ')}, ${certainty}`,
  );
}

describe('finding known people in a text', () => {
  test('finds whole words only (T-DI1) · when a name is the beginning of another word', () => {
    expect(
      seen('Sam met Ann at Northside Centre on 3 May. The Anniversary was ann’s idea; Samantha and Joann came.'),
    ).toEqual(['Sam → Member 4, certain', 'Ann → Worker 2, certain', 'ann → Worker 2, offered']);
  });

  test('takes the longest name, and the title before it · when several stand there', () => {
    expect(seen('I asked Samuel Okafor, then Mr Okafor and Dr. Samuel\nOkafor.')).toEqual([
      'Samuel Okafor → Member 4, certain',
      'Mr Okafor → Member 4, certain',
      'Dr. Samuel\nOkafor → Member 4, certain',
    ]);
  });

  test('does not join words of two paragraphs · when names end one and begin the next', () => {
    expect(seen('with Samuel\n\nOkafor')).toEqual(['Samuel → Member 4, certain', 'Okafor → Member 4, certain']);
  });

  test.each([
    ['Sam’s cup', 'Sam → Member 4, certain'],
    ["Ann's and ANN'S", 'Ann → Worker 2, certain|ANN → Worker 2, certain'],
    ['Sam’ll come, ‘Ann’ said', 'Sam → Member 4, certain|Ann → Worker 2, certain'],
    [
      "O'Brien, O’Brien’s, OBrien",
      "O'Brien → Worker 2, certain|O’Brien → Worker 2, certain|OBrien → Worker 2, offered",
    ],
    ['Mary-Ann, an Ann-led group', 'Ann → Worker 2, offered|Ann → Worker 2, offered'],
    ['A\u00adnn and Sa\u200bm', 'A\u00adnn → Worker 2, certain|Sa\u200bm → Member 4, certain'],
    ['Ann_minutes', 'Ann → Worker 2, certain'],
    [
      'the Okafors, the O’Briens’ and samuels',
      'Okafor → Member 4, offered|O’Brien → Worker 2, offered|samuel → Member 4, offered',
    ],
    [
      'O Brien and O’ Brien, O´Brien',
      'O Brien → Worker 2, certain|O’ Brien → Worker 2, certain|O´Brien → Worker 2, certain',
    ],
    ['annual Samples samuelss Samuelsen', ''],
  ])('%s', (text, expected) => {
    expect(seen(text).join('|')).toBe(expected);
  });

  test('compares what is seen, not how it is stored · when accents are composed or not', () => {
    const people = [person('Member 1', 'Zoë Núñez')];
    expect(seen('Zoë, Zoe\u0308, ZOË', people)).toEqual([
      'Zoë → Member 1, certain',
      'Zoe\u0308 → Member 1, certain',
      'ZOË → Member 1, certain',
    ]);
    expect(seen('Zoe Nunez', people)).toEqual(['Zoe Nunez → Member 1, offered']);
  });

  test('knows letters by those that are typed for them · when a keyboard has no such key, or a program drew them', () => {
    const people = [person('Member 1', 'Łukasz Sørensen-Weiß')];
    expect(seen('Lukasz, Sorensen, Weiss, ＬＵＫＡＳＺ, 𝐋𝐮𝐤𝐚𝐬𝐳', people)).toEqual([
      'Lukasz → Member 1, offered',
      'Sorensen → Member 1, offered',
      'Weiss → Member 1, offered',
      'ＬＵＫＡＳＺ → Member 1, offered',
      '𝐋𝐮𝐤𝐚𝐬𝐳 → Member 1, offered',
    ]);
  });

  test('says who is called Roberts · and takes it for several Roberts only where nobody is', () => {
    const [robert, roberts] = [person('Member 1', 'Robert Moss'), person('Member 2', 'Jo Roberts')];
    expect(seen('Roberts', [robert])).toEqual(['Robert → Member 1, offered']);
    expect(seen('Roberts', [robert, roberts])).toEqual(['Roberts → Member 2, certain']);
  });

  test('takes halls for rooms, and the Halls for people · when a name is a common word', () => {
    const people = [person('Member 1', 'Edna Hall')];
    expect(seen('two halls for the Halls', people)).toEqual(['Hall → Member 1, offered']);
  });

  test('takes a name apart as it is written · when its prefix stands alone', () => {
    const people = [person('Member 1', 'Ida McDonald')];
    expect(seen('Ida Mc Donald', people)).toEqual(['Ida → Member 1, certain', 'Mc Donald → Member 1, certain']);
  });

  test('offers a common word at the beginning of a sentence · when it is also somebody’s name', () => {
    const people = [person('Member 9', 'Will Young')];
    expect(seen('Will they come? I asked Will. Young people came, and Will Young did.', people)).toEqual([
      'Will → Member 9, offered',
      'Will → Member 9, certain',
      'Young → Member 9, offered',
      'Will Young → Member 9, certain',
    ]);
  });

  test('names everybody it may be · when two people share a name', () => {
    expect(seen('Ann was there', [ANN, person('Member 6', 'Ann Lee')])).toEqual([
      'Ann → Worker 2 or Member 6, offered',
    ]);
  });

  test('knows pseudonyms in brackets · and no name inside them', () => {
    const people = [person('Sam 1', 'Lee Short'), SAM];
    expect(findMentions('[sam  1] met [Nobody] and Sam.', people)).toMatchObject([
      { text: '[sam  1]', by: 'pseudonym', certainty: 'certain', start: 0, end: 8 },
      { text: 'Sam', by: 'name', people: [SAM] },
    ]);
  });

  test('counts code points · when emoji stand before a name', () => {
    expect(findMentions('👋🏽 Ann 👍 Sam', [SAM, ANN])).toMatchObject([
      { start: 3, end: 6 },
      { start: 9, end: 12 },
    ]);
  });

  test('finds what it says, in order, without overlaps · whatever the text', () => {
    const piece = fc.constantFrom(
      'Sam',
      'ann',
      'Ann',
      'O’Brien',
      'Okafor',
      ' ',
      '\n',
      '-',
      '’s',
      '[',
      ']',
      'Member 4',
      'é',
      '👋',
      'Mr ',
      'iversary',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const mention of findMentions(text, [SAM, ANN])) {
          expect(mention.start).toBeGreaterThanOrEqual(end);
          expect(sliceCodePoints(text, mention.start, mention.end)).toBe(mention.text);
          ({ end } = mention);
        }
      }),
    );
  });
});

describe('what somebody may be called', () => {
  test('is each whole name and each part that names · without titles and particles', () => {
    expect(namesOf('Dr Mary-Jane van der Berg', ['MJ', 'J'])).toEqual([
      'Dr Mary-Jane van der Berg',
      'Mary-Jane',
      'Mary',
      'Jane',
      'Berg',
      'MJ',
    ]);
  });
});
