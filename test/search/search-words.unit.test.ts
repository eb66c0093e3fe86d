import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findMarks, pairKey, snippetOf, wordsOf } from '../../server/search/found-words.ts';
import { nothingFound } from '../../server/search/nothing-found.ts';
import { unstorableCharacter } from '../../server/shared/text.ts';
import { parseSearch, plainWords, type Term, termQuery } from '../../server/search/search-words.ts';

const word = (text: string, prefix = false) => ({ text, prefix, literal: false });
const phrase = (text: string) => ({ text, prefix: false, literal: true });

describe('what is typed into the search', () => {
  test.each([
    ['garden walk', [[word('garden')], [word('walk')]], []],
    ['"held the door" slowly', [[phrase('held the door')], [word('slowly')]], []],
    ['“held the door”', [[phrase('held the door')]], []],
    ['bus or train OR tram fares', [[word('bus'), word('train'), word('tram')], [word('fares')]], []],
    ['choir -trust -"new work"', [[word('choir')]], [word('trust'), phrase('new work')]],
    ['wheel*', [[word('wheel*', true)]], []],
    ['or bus or', [[word('bus')]], []],
    ['bus or -train', [[word('bus')]], [word('train')]],
    ['"held the', [[phrase('held the')]], []],
    ["& | ! <-> :* ( ) \\ ' -", [], []],
    ['👋🏽 --', [], []],
    ["well-being don't -to-do", [[phrase('well being')], [word("don't")]], [phrase('to do')]],
    ['bus‑stop* 2011-03-31', [[{ text: 'bus stop*', prefix: true, literal: true }], [word('2011-03-31')]], []],
    ['', [], []],
  ])('%s', (typed, must, never) => {
    expect(parseSearch(typed)).toEqual({ must, never });
  });

  test('termQuery() · quotes what could be taken for an operator, and looks for beginnings among words as they stand', () => {
    expect(termQuery(word("don't \\ go"), 'AD')).toEqual({ stems: "'don''t \\\\ go':AD", begins: '' });
    expect(termQuery(word('wheel*', true), 'AD')).toEqual({ stems: '', begins: "'wheel*':*AD" });
    expect(termQuery(phrase('the bus'), 'A')).toEqual({ stems: "('the':A & 'bus':A | 'the bus':A)", begins: '' });
    expect(termQuery({ text: 'bus stop*', prefix: true, literal: true })).toEqual({
      stems: "'bus'",
      begins: "'stop':*",
    });
  });

  test('plainWords() · leaves out the signs and what must not be there', () => {
    expect(plainWords(parseSearch('court* or "new work" -bus'))).toEqual(['court', 'new', 'work']);
  });

  test('parseSearch() · never throws and leaves no term without a word · for any string', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.string({
            unit: fc.constantFrom(
              '"',
              '-',
              '*',
              ' ',
              'or',
              '&',
              '|',
              '!',
              '(',
              ':',
              "'",
              '\\',
              'é',
              '👋',
              '\0',
              '\ud800',
            ),
          }),
        ),
        (typed) => {
          const { must, never } = parseSearch(typed);
          for (const term of [...must.flat(), ...never]) expect(term.text).toMatch(/[\p{L}\p{N}]/u);
          expect(must.every((clause) => clause.length > 0)).toBe(true);
        },
      ),
    );
  });
});

describe('nothing found', () => {
  const said = (q: string, given: { ignored?: string[]; narrowed?: boolean } = {}) =>
    nothingFound(parseSearch(q), {
      likeness: { ignored: new Set(given.ignored) },
      narrowed: given.narrowed ?? false,
    });

  test.each([
    ['garden', 'No note has this word. End a word with * for all that begins like it.'],
    ['gard*', 'No note has a word that begins like this.'],
    [
      'garden walk',
      'No note has all of these words. Take some words away, or put “or” between them. End a word with * for all that begins like it.',
    ],
    ['bus or tram', 'No note has any of these words. End a word with * for all that begins like it.'],
    [
      '"held the door"',
      'No note has these words in a row. What stands in quotation marks or has a hyphen is found only as it stands there, in one paragraph or a title.',
    ],
    [
      'garden -walk',
      'No note has this word. End a word with * for all that begins like it. A word after a minus sign leaves out every note that has it anywhere.',
    ],
  ])('%s · says what is missing and what to try', (q, expected) => {
    expect(said(q)).toBe(expected);
  });

  test('common words, or a filter · are what to change first', () => {
    expect(said('the', { ignored: ['the'] })).toBe(
      'This word is so common that a search leaves it out. To find it all the same, use quotation marks.',
    );
    expect(said('the of', { ignored: ['the', 'of'] })).toMatch(/^These words are so common/);
    expect(said('the garden', { ignored: ['the'] })).toMatch(/^No note has all of these words\./);
    expect(said('garden', { narrowed: true })).toMatch(/ Or search without the filter\.$/);
  });
});

describe('the words found in a text', () => {
  const likeness = {
    matches: new Set([
      pairKey('hold', 'held'),
      pairKey('door', 'door'),
      pairKey('door', 'doors'),
      pairKey('=wheel*', 'wheelchair'),
      pairKey('=the', 'the'),
      pairKey('=the', 'The'),
      pairKey('=door', 'door'),
    ]),
    ignored: new Set(['the']),
  };
  const marked = (text: string, terms: Term[]) =>
    findMarks(text, terms, likeness).map(({ from, to }) => text.slice(from, to));

  test('findMarks() · marks single words wherever they stand, and phrases only in a row', () => {
    expect(marked('She held a door, then the doors.', [word('door')])).toEqual(['door', 'doors']);
    expect(marked('She held it: a door. Then held  the doors.', [word('hold the door')])).toEqual(['held  the doors']);
    expect(marked('A wheelchair, wheels', [word('wheel*', true)])).toEqual(['wheelchair']);
    expect(marked('the theatre', [word('the')])).toEqual([]);
    expect(marked('A door. The  door, the doors', [phrase('the door')])).toEqual(['The  door']);
  });

  test('findMarks() · merges what overlaps', () => {
    expect(marked('held the door', [word('hold the door'), word('door')])).toEqual(['held the door']);
  });

  test('snippetOf() · keeps a short text whole and cuts a long one at blanks around the first mark', () => {
    expect(snippetOf('a door b', [{ from: 2, to: 6 }])).toEqual([
      { text: 'a ', marked: false },
      { text: 'door', marked: true },
      { text: ' b', marked: false },
    ]);
    const long = `${'word '.repeat(200)}door ${'after '.repeat(200)}`;
    const at = long.indexOf('door');
    const parts = snippetOf(long, [{ from: at, to: at + 4 }]);
    const text = parts.map((part) => part.text).join('');
    expect(parts.filter((part) => part.marked)).toEqual([{ text: 'door', marked: true }]);
    expect(text.startsWith('… word ')).toBe(true);
    expect(text.endsWith(' after …')).toBe(true);
    expect(text.length).toBeLessThan(450);
  });

  test('snippetOf() · never halves a symbol and always shows the first mark · for any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('👋', 'word', ' ', 'x'.repeat(200), 'é'), { maxLength: 300 }),
        fc.nat(),
        (pieces, which) => {
          const text = pieces.join('');
          const words = wordsOf(text);
          const mark = words[which % Math.max(1, words.length)];
          const parts = snippetOf(text, mark ? [mark] : []);
          expect(unstorableCharacter(parts.map((part) => part.text).join(''))).toBeUndefined();
          if (mark && mark.to - mark.from < 300) expect(parts.filter((part) => part.marked)).toHaveLength(1);
        },
      ),
    );
  });
});
