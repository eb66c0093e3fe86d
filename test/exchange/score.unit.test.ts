import { describe, expect, test } from '@jest/globals';
import { passageOf, positionsOf, type Profile, sourceText } from '../../server/exchange/refi/profile.ts';
import { createScorer, type ScoredSelection } from '../../server/exchange/refi/score.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';

// What the programs write, made here by other means than the product's: positions are found in the text as it lies in the
// file, character by character.

type Counting = { unit: 'code point' | 'utf-16'; newline: 'two' | 'one'; mark: boolean; inclusive: boolean };

const LINES = [
  'She came back 😀 from the garden, where the kettle had whistled.',
  'They laughed 👩‍👩‍👧 about old friends & new work, nobody hurried.',
  'Ça va? said the café’s owner 🚪 holding the door for everybody.',
  'Trust grew slowly over tea, choir practice, bus fares and rain.',
];
const PLAIN = LINES.map((line) => line.replaceAll(/[\u{10000}-\u{10ffff}\u200d]/gu, '*'));

/** The raw text, and for each word its place as `counting` counts. */
function written(lines: readonly string[], newline: string, mark: string, counting: Counting) {
  const raw = mark + lines.join(newline);
  const selections: ScoredSelection[] = [];
  const words: string[] = [];
  for (const match of raw.matchAll(/[\p{L}\p{N}\p{M}’]+( [\p{L}\p{N}\p{M}’]+)?/gu)) {
    const count = (upTo: number): number => {
      let before = raw.slice(counting.mark ? 0 : mark.length, upTo);
      if (counting.newline === 'one') before = before.replaceAll('\r\n', '\n');
      return counting.unit === 'utf-16' ? before.length : Array.from(before).length;
    };
    const start = count(match.index);
    const end = count(match.index + match[0].length);
    selections.push({ start, end: counting.inclusive ? end - 1 : end, name: undefined });
    words.push(match[0]);
  }
  return { raw, selections, words };
}

function quotesAs(profile: Profile, raw: string, selections: readonly ScoredSelection[]): string[] {
  const source = sourceText(raw);
  return selections.map((selection) => {
    const passage = passageOf(positionsOf(source, profile), profile, selection);
    return typeof passage === 'string' ? passage : sliceCodePoints(source.text, passage.start, passage.end);
  });
}

const POINTS: Counting = { unit: 'code point', newline: 'two', mark: false, inclusive: false };
const UNITS: Counting = { ...POINTS, unit: 'utf-16' };
const [LF, CRLF, MARK] = ['\n', '\r\n', '\ufeff'];

describe('the words that a program marked are found', () => {
  test.each<[origin: string, how: string, lines: readonly string[], newline: string, mark: string, counting: Counting]>(
    [
      ['NVivo 12.7.0 for Mac', 'UTF-16, LF, no mark', LINES, LF, '', UNITS],
      ['NVivo for Mac Release 15.1', 'the same without emoji', PLAIN, LF, '', UNITS],
      ['NVivo 12.6 for Windows', 'UTF-16, CRLF as two, a mark that does not count', LINES, CRLF, MARK, UNITS],
      ['NVivo 20.1 (Windows)', 'the same without emoji', PLAIN, CRLF, MARK, UNITS],
      ['ATLAS.ti 8.4 Mac', 'LF', PLAIN, LF, '', POINTS],
      ['ATLAS.ti for macOS 26', 'LF, emoji as one', LINES, LF, '', POINTS],
      ['ATLAS.ti for macOS 26', 'LF, emoji as two', LINES, LF, '', UNITS],
      ['ATLAS.ti Windows 9.1.3', 'CRLF as one', PLAIN, CRLF, '', { ...POINTS, newline: 'one' }],
      ['ATLAS.ti Windows 9.1.3', 'CRLF as one, emoji as one', LINES, CRLF, '', { ...POINTS, newline: 'one' }],
      ['ATLAS.ti Windows 23.2', 'CRLF as one, emoji as two', LINES, CRLF, '', { ...UNITS, newline: 'one' }],
      ['ATLAS.ti Windows 23.2', 'CRLF as two, emoji as two', LINES, CRLF, '', UNITS],
      ['MAXQDA 24.7', 'LF', PLAIN, LF, '', POINTS],
      ['MAXQDA 24.7', 'LF, emoji as one', LINES, LF, '', POINTS],
      ['MAXQDA 24.7', 'LF, emoji as two', LINES, LF, '', UNITS],
      ['MAXQDA 24.7', 'CRLF as two', LINES, CRLF, '', UNITS],
      ['QualCoder 3.6', 'a mark that does not count', LINES, LF, MARK, POINTS],
      ['QualCoder 3.6', 'CRLF by choice', LINES, CRLF, MARK, POINTS],
      ['qc', 'LF', LINES, LF, '', POINTS],
      ['QualiLab 1.0', 'LF', LINES, LF, '', POINTS],
      ['potato', 'the end is the last character', LINES, LF, '', { ...POINTS, inclusive: true }],
      ['Somebody’s own', 'the end is the last character', LINES, LF, '', { ...POINTS, inclusive: true }],
      ['Somebody’s own', 'a mark that counts', PLAIN, LF, MARK, { ...POINTS, mark: true }],
      ['', 'everything at once', LINES, CRLF, MARK, { unit: 'utf-16', newline: 'two', mark: true, inclusive: true }],
      ['NVivo', 'and yet as code points: the text tells, not the name', LINES, LF, '', POINTS],
      ['QualCoder', 'and yet as UTF-16', LINES, LF, '', UNITS],
    ],
  )('%s · %s', (origin, _, lines, newline, mark, counting) => {
    const { raw, selections, words } = written([...lines, ...lines], newline, mark, counting);
    const scorer = createScorer(origin);
    scorer.add(sourceText(raw), selections);
    const choice = scorer.choose();
    expect(choice.open).toEqual([]);
    expect(quotesAs(choice.profile, raw, selections)).toEqual(words);
    expect([choice.fits, choice.of]).toEqual([words.length, words.length]);
  });

  test('a name that is the passage’s words decides · when both ways fall between words', () => {
    // Words of one letter each: shifted by one, a passage begins and ends between words as well.
    const raw = `${'😀'} ${'abcdefghijklmnop'.split('').join(' ')}`;
    const named = (unit: Profile['unit']) =>
      [5, 7, 9, 11].map((start) => ({
        start,
        end: start + 9,
        name: (unit === 'utf-16'
          ? raw.slice(start, start + 9)
          : Array.from(raw)
              .slice(start, start + 9)
              .join('')
        ).trim(),
      }));
    for (const unit of ['code point', 'utf-16'] as const) {
      const scorer = createScorer('MAXQDA 24');
      scorer.add(sourceText(raw), named(unit));
      expect([scorer.choose().profile.unit, scorer.choose().open]).toEqual([unit, []]);
    }
  });
});

describe('a name that is the beginning of its passage', () => {
  // Every passage is a line and a half: whichever way it is counted, its end falls somewhere else.
  const raw = [...LINES, ...LINES, ...LINES].join('\r\n');
  const marked = (newline: 'one' | 'two', cut: (quote: string) => string): ScoredSelection[] =>
    [0, 2, 4, 6, 8].map((line) => {
      const start = raw.split('\r\n').slice(0, line).join('\r\n').length + (line === 0 ? 0 : 2);
      const end = raw.indexOf(',', raw.indexOf('\r\n', start) + 2);
      const count = (upTo: number): number => {
        const before = raw.slice(0, upTo);
        return Array.from(newline === 'one' ? before.replaceAll('\r\n', '\n') : before).length;
      };
      return { start: count(start), end: count(end), name: cut(raw.slice(start, end)) };
    });

  test.each<[string, (quote: string) => string]>([
    ['ten letters', (quote) => quote.slice(0, 10)],
    ['twenty', (quote) => quote.slice(0, 20)],
    ['thirty and an ellipsis', (quote) => `${quote.slice(0, 30)}…`],
    ['thirty-nine and three dots', (quote) => `${quote.slice(0, 39)}...`],
    ['sixty', (quote) => quote.slice(0, 60)],
  ])('counts for the way that finds it: %s', (_, cut) => {
    for (const newline of ['one', 'two'] as const) {
      const scorer = createScorer('Somebody’s own');
      const selections = marked(newline, cut);
      scorer.add(sourceText(raw), selections);
      const choice = scorer.choose();
      expect([choice.profile.newline, choice.fits, choice.open]).toEqual([newline, selections.length, []]);
    }
  });

  test('that ends with dots of its own is the passage itself', () => {
    const text = 'I wonder… she said. And so on... they went.';
    const scorer = createScorer('Somebody’s own');
    scorer.add(sourceText(text), [
      { start: 0, end: 9, name: 'I wonder…' },
      { start: 20, end: 32, name: 'And so on...' },
    ]);
    expect([scorer.choose().fits, scorer.choose().profile.end]).toEqual([2, 'exclusive']);
  });
});

test('nothing is told by the edges of words in scripts without blanks between them', () => {
  const scorer = createScorer('NVivo 12');
  scorer.add(sourceText('她为我们打开了门然后笑了'), [{ start: 2, end: 5, name: undefined }]);
  expect([scorer.choose().fits, scorer.choose().of]).toEqual([1, 1]);
});

describe('nothing is guessed', () => {
  const raw = 'I\r\nx a b c d e f';
  const selections = [{ start: 5, end: 8, name: undefined }];

  test('somebody is asked, with the words of each way · when two ways fit alike and differ, and nothing is known of the program', () => {
    const scorer = createScorer('MAXQDA 24');
    scorer.add(sourceText(raw), selections);
    const { open, example } = scorer.choose();
    expect(open.map(({ newline }) => newline).toSorted()).toEqual(['one', 'two']);
    expect(open.map(example).toSorted()).toEqual([' b ', 'a b']);
  });

  test('nobody is asked · when it is known how the program counts', () => {
    const scorer = createScorer('NVivo 12 Windows');
    scorer.add(sourceText(raw), selections);
    expect([scorer.choose().open, scorer.choose().profile.newline]).toEqual([[], 'two']);
  });

  test('nobody is asked · when all ways come to the same', () => {
    const scorer = createScorer('MAXQDA 24');
    scorer.add(sourceText('She held the door.\nThey laughed.'), [{ start: 4, end: 8, name: undefined }]);
    expect(scorer.choose().open).toEqual([]);
  });

  test('the first answer is the expected way · when no selection has a text', () => {
    expect(createScorer('NVivo').choose()).toMatchObject({ profile: { unit: 'utf-16' }, of: 0, open: [] });
  });
});
