import fc from 'fast-check';
import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { normaliseNewlines, sliceCodePoints } from '../../server/shared/text.ts';

// Studies made by chance, of what breaks exchanges: characters of several units, marks that combine, right to left, blanks
// and newlines at the ends of names, what XML escapes, deep trees, codings that overlap or share a span, early dates.

type Coding = { from: number; to: number; whole: boolean; coder: number; theme: number; at: Date; memo: string | null };
type Note = {
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
  notes: Note[];
  memos: string[];
};

const PIECES = [
  ...[
    'a',
    'Zoë',
    'e\u0301',
    'ñ',
    'n\u0303',
    '👩‍👩‍👧‍👦',
    '👋🏽',
    '𝒳',
    'ﬃ',
    'שלום',
    'مرحبا',
    '漢字',
    '\u200f',
    '\u00a0',
    '\u2028',
  ],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    ']]>',
    '&',
    '<',
    '>',
    '"',
    "'",
    '&amp;',
    '<b>',
    'ON: ',
    'PN:',
    'Example: ',
    '\\',
    '%',
    '?',
    '$1',
  ],
];
const piece = fc.constantFrom(...PIECES);
const text = (most: number) => fc.array(piece, { maxLength: most }).map((pieces) => pieces.join(''));
/** As a form takes text in: newlines are one character, whatever the browser sent. */
const typed = (most: number) => text(most).map(normaliseNewlines);
const name = text(6).map((inner) => `${inner}x${[...inner].toReversed().join('')}`);
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

const note: fc.Arbitrary<Note> = fc.record({
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

/** Writes the study down as the database's owner. Returns its id. */
export async function build(owner: Knex, model: StudyModel): Promise<string> {
  const study_id = newId();
  await owner('studies').insert({ id: study_id, name: fitted(model.name), raw_notes_read_by: 'team' });
  const people = model.people.map((called) => ({ id: newId(), called, member: newId() }));
  await owner('people').insert(people.map(({ id }) => ({ id, name: 'Somebody', email: `${id}@example.org` })));
  await owner('memberships').insert(
    people.map(({ id, called, member }, index) => ({
      id: member,
      study_id,
      person_id: id,
      name: called,
      role: index === 0 ? 'lead' : 'researcher',
    })),
  );
  const member = (index: number) => people[index % people.length]!.member;
  const agencies = model.agencies.map((called, index) => ({
    id: newId(),
    study_id,
    name: numbered(called, index),
    code: `AG${index}`,
    sector: 'other',
  }));
  await owner('agencies').insert(agencies);
  const phase = newId();
  await owner('phases').insert({ id: phase, study_id, name: 'First visits', position: 1 });
  const themes = model.themes.map((theme, index) => ({ ...theme, id: newId(), index }));
  for (const theme of themes)
    await owner('themes').insert({
      id: theme.id,
      study_id,
      parent_id: parentOf(model, theme.index) === undefined ? null : themes[parentOf(model, theme.index)!]!.id,
      name: numbered(theme.name, theme.index),
      definition: theme.definition,
      when_to_use: theme.whenToUse,
      example: theme.example,
      colour: `#0000${(16 + theme.index).toString(16)}`,
      position: theme.index,
      created_by: member(0),
    });
  const memos: Record<string, unknown>[] = [];
  const say = (body: string | null, subject: object): void => {
    if (body !== null) memos.push({ id: newId(), study_id, body, written_by: member(memos.length), ...subject });
  };
  for (const theme of themes) say(theme.memo, { theme_id: theme.id });
  for (const [index, given] of model.notes.entries()) {
    const [visit, id, revision] = [newId(), newId(), newId()];
    await owner('visits').insert({
      id: visit,
      study_id,
      agency_id: agencies[given.agency % agencies.length]!.id,
      phase_id: phase,
      setting: given.setting,
      purpose: index % 2 === 0 ? normaliseNewlines(given.title) : '',
      starts_at: given.at,
      ends_at: new Date(given.at.getTime() + 3_600_000),
      created_by: member(0),
    });
    const done = given.isComplete && { completed_at: given.at, completed_by: member(given.author) };
    await owner('notes').insert({
      id,
      study_id,
      visit_id: visit,
      author_id: member(given.author),
      created_at: given.at,
      latest_revision: 1,
      ...done,
    });
    await owner('note_revisions').insert({
      id: revision,
      study_id,
      note_id: id,
      number: 1,
      title: given.title,
      body: given.body,
      saved_by: member(given.author),
      saved_at: given.at,
    });
    say(given.memo, { note_id: id });
    for (const one of codingsOf(model, given)) {
      const codingId = newId();
      await owner('codings').insert({
        id: codingId,
        study_id,
        note_id: id,
        revision_id: revision,
        theme_id: themes[one.theme]!.id,
        coder_id: member(one.coder),
        start_position: one.start,
        end_position: one.end,
        quote: one.quote,
        paragraph_label: 'ON',
        created_at: one.at,
      });
      say(one.memo, { coding_id: codingId });
    }
  }
  for (const body of model.memos) say(body, {});
  if (memos.length > 0) await owner('memos').insert(memos);
  return study_id;
}

/** Codings that can be: inside the text, of a theme there is, and once each. Whole notes among them. */
export function codingsOf(model: StudyModel, { body, codings }: Note) {
  const length = [...body].length;
  const seen = new Set<string>();
  if (model.themes.length === 0) return [];
  return codings.flatMap((one) => {
    const [low, high] = [Math.min(one.from, one.to), Math.max(one.from, one.to) + 1];
    const [start, end] = one.whole ? [0, length] : [low, Math.min(high, length)];
    const [theme, coder] = [one.theme % model.themes.length, one.coder % model.people.length];
    const key = `${start} ${end} ${theme} ${coder}`;
    if (end <= start || seen.has(key)) return [];
    seen.add(key);
    return [{ start, end, theme, coder, at: one.at, memo: one.memo, quote: sliceCodePoints(body, start, end) }];
  });
}

// Every theme is below the one before it, or below any earlier one.
function parentOf({ isDeep, themes }: StudyModel, index: number): number | undefined {
  if (index === 0) return undefined;
  if (isDeep) return index - 1;
  const chosen = themes[index]!.parent % (index + 1);
  return chosen === index ? undefined : chosen;
}

const numbered = (called: string, index: number): string => `${called}${index}\n `;

/** A name as an import shows it: on one line. */
export function fitted(called: string): string {
  return called.replace(/\s+/gu, ' ').trim();
}

/** What has to be in the study that came of it, worked out from the model alone. */
export function expectedOf(model: StudyModel) {
  const path = (index: number): string => {
    const parent = parentOf(model, index);
    const own = fitted(numbered(model.themes[index]!.name, index));
    return parent === undefined ? own : `${path(parent)} / ${own}`;
  };
  const person = (index: number) => fitted(model.people[index % model.people.length]!);
  return {
    themes: model.themes.map(({ definition, whenToUse, example }, index) => ({
      path: path(index),
      definition,
      whenToUse,
      example,
    })),
    notes: model.notes.map((one) => ({
      title: fitted(one.title),
      body: one.body,
      agency: fitted(numbered(model.agencies[one.agency % model.agencies.length]!, one.agency % model.agencies.length)),
      author: person(one.author),
      setting: fitted(one.setting),
      at: one.at.toISOString(),
      isComplete: one.isComplete,
    })),
    codings: model.notes.flatMap((one) =>
      codingsOf(model, one).map(({ quote, start, end, theme, coder, at }) => ({
        title: fitted(one.title),
        theme: path(theme),
        coder: person(coder),
        quote,
        start,
        end,
        at: at.toISOString(),
      })),
    ),
    memos: [
      ...model.themes.flatMap((one) => (one.memo === null ? [] : [`theme ${one.memo}`])),
      ...model.notes.flatMap((one) => [
        ...(one.memo === null ? [] : [`note ${one.memo}`]),
        ...codingsOf(model, one).flatMap((of) => (of.memo === null ? [] : [`coding ${of.memo}`])),
      ]),
      ...model.memos.map((body) => `study ${body}`),
    ],
  };
}
