import fc from 'fast-check';
import { normaliseNewlines } from '../../server/shared/text.ts';

// Studies made by chance, of what breaks exchanges: characters of several units, marks that combine, right to left, blanks
// and newlines at the ends of names, what XML escapes, deep trees, codings that overlap or share a span, early dates.

type Coding = { from: number; to: number; whole: boolean; coder: number; theme: number; at: Date; memo: string | null };
export type GeneratedNote = {
  title: string;
  body: string;
  setting: string;
  agency: number;
  author: number;
  at: Date;
  isComplete: boolean;
  codings: Coding[];
  memo: string | null;
};
type Theme = {
  name: string;
  parent: number;
  definition: string;
  whenToUse: string;
  example: string;
  memo: string | null;
};
export type StudyModel = {
  name: string;
  people: string[];
  agencies: string[];
  isDeep: boolean;
  themes: Theme[];
  notes: GeneratedNote[];
  memos: string[];
};

const PIECES = [
  'a|Zoë|e\u0301|ñ|n\u0303|👩‍👩‍👧‍👦|👋🏽|𝒳|ﬃ|שלום|مرحبا|漢字|\u200f|\u00a0|\u2028',
  ' |  |\t|\n|\r\n|\r|\n\n|]]>|&|<|>|"|\'|&amp;|<b>|ON: |PN:|Example: |\\|%|?|$1',
].flatMap((some) => some.split('|'));
const piece = fc.constantFrom(...PIECES);
const text = (most: number) => fc.array(piece, { maxLength: most }).map((pieces) => pieces.join(''));
/** As a form takes text in: newlines are one character, whatever the browser sent. */
const typed = (most: number) => text(most).map(normaliseNewlines);
const name = text(6).map((inner) => `${inner}x${inner}`);
const moment = fc.date({ min: new Date('1901-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
const memo = fc.option(
  typed(8).map((inner) => `Why ${inner}`),
  { nil: null },
);

const coding: fc.Arbitrary<Coding> = fc.record({
  from: fc.nat(40),
  to: fc.nat(40),
  whole: fc.boolean(),
  coder: fc.nat(2),
  theme: fc.nat(11),
  at: moment,
  memo,
});

const note: fc.Arbitrary<GeneratedNote> = fc.record({
  title: name,
  body: typed(30),
  // On one line, as a form takes it: it is no name of an element, which another program could have given it.
  setting: name.map(fitted),
  agency: fc.nat(2),
  author: fc.nat(2),
  at: moment,
  isComplete: fc.boolean(),
  // Often the same span twice, by two coders.
  codings: fc
    .array(coding, { maxLength: 5 })
    .chain((codings) =>
      fc
        .boolean()
        .map((twice) => (twice ? codings.flatMap((one) => [one, { ...one, coder: one.coder + 1 }]) : codings)),
    ),
  memo,
});

export const study: fc.Arbitrary<StudyModel> = fc.record({
  name,
  people: fc.array(name, { minLength: 1, maxLength: 3 }),
  agencies: fc.array(name, { minLength: 1, maxLength: 3 }),
  isDeep: fc.boolean(),
  themes: fc.array(
    fc.record({ name, parent: fc.nat(12), definition: typed(6), whenToUse: typed(4), example: typed(4), memo }),
    {
      maxLength: 12,
    },
  ),
  notes: fc.array(note, { maxLength: 4 }),
  memos: fc.array(
    typed(8).map((inner) => `Of all ${inner}`),
    { maxLength: 2 },
  ),
});

export const NOTHING: StudyModel = {
  name: 'x',
  people: ['x'],
  agencies: ['x'],
  isDeep: false,
  themes: [],
  notes: [],
  memos: [],
};

const HARD = '👩‍👩‍👧‍👦 e\u0301 שלום\t]]> &<"\' \r\n\n end ';
const once = {
  from: 3,
  to: 9,
  whole: false,
  coder: 0,
  theme: 8,
  at: new Date('1912-06-23T04:05:06.789Z'),
  memo: normaliseNewlines(HARD),
};

export const ALL_OF_IT: StudyModel = {
  name: HARD,
  people: [` ${HARD}`, 'Zoë\n'],
  agencies: [HARD, 'مرحبا'],
  isDeep: true,
  themes: Array.from({ length: 9 }, (_, index) => ({
    name: ` \n${HARD}`,
    parent: 0,
    definition: index === 0 ? '' : normaliseNewlines(HARD),
    whenToUse: 'When:\n\nalways',
    example: index === 1 ? '' : 'Example: x',
    memo: index === 2 ? 'Why' : null,
  })),
  notes: [
    {
      title: `\n${HARD}`,
      body: normaliseNewlines(`ON: ${HARD}\r\nPN: 👋🏽 ${HARD}`),
      setting: 'The cafe',
      agency: 0,
      author: 1,
      at: new Date('1968-05-13T09:00:00Z'),
      isComplete: true,
      // The same span by two coders, overlaps, and all of the note.
      codings: [
        once,
        { ...once, coder: 1 },
        { ...once, from: 7, to: 12, theme: 0 },
        { ...once, whole: true, memo: null },
      ],
      memo: 'Why this note',
    },
    {
      title: 'x',
      body: '',
      setting: 'x',
      agency: 1,
      author: 0,
      at: new Date('2020-02-29'),
      isComplete: false,
      codings: [],
      memo: null,
    },
  ],
  memos: ['Of all'],
};

/** A name as an import shows it: on one line. */
export function fitted(called: string): string {
  return called.replace(/\s+/gu, ' ').trim();
}
