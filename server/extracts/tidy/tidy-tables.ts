import type { CsvValue } from '../../shared/csv.ts';
import type { ExportDescription } from '../extract-source.ts';

/** A column of a table. `allowed` are the values it can have, where they are few, or a rule; `unit` where it has one. */
export type TidyColumn = { name: string; type: TidyType; meaning: string; unit?: string; allowed?: string };
export type TidyType = 'id' | 'text' | 'integer' | 'date' | 'date-time' | 'yes/no' | 'category' | 'number';

export type TidyRow = Record<string, CsvValue>;
export type TidyName = 'agencies' | 'visits' | 'notes' | 'themes' | 'codings' | 'members';

/** All that the tables are made of: rows by the columns' names, which can be read once. */
export type TidySource = {
  description: ExportDescription;
  tables: Record<TidyName, AsyncIterable<TidyRow>>;
  /** Files of notes that are not passed on, in words. */
  filesLeft?: string[];
};

const id = (name: string, meaning: string): TidyColumn => ({ name, type: 'id', meaning, allowed: 'a UUID' });
const text = (name: string, meaning: string): TidyColumn => ({ name, type: 'text', meaning });
const instant = (name: string, meaning: string): TidyColumn => ({
  name,
  type: 'date-time',
  meaning,
  unit: 'UTC',
  allowed: 'ISO 8601, as 2012-02-29T10:00:00.000Z',
});
const count = (name: string, meaning: string, unit: string): TidyColumn => ({
  name,
  type: 'integer',
  meaning,
  unit,
  allowed: '0 or more',
});
const yesNo = (name: string, meaning: string): TidyColumn => ({ name, type: 'yes/no', meaning, allowed: 'yes; no' });
const oneOf = (name: string, meaning: string, ...values: string[]): TidyColumn => ({
  name,
  type: 'category',
  meaning,
  allowed: values.join('; '),
});

type TidyTable = { name: TidyName; meaning: string; columns: TidyColumn[] };

/** The tables, each with what a row is and what its columns are. The first column is its key. */
export const TIDY_TABLES: readonly TidyTable[] = [
  {
    name: 'agencies',
    meaning: 'A row for each agency that takes part',
    columns: [
      id('agency_id', 'The key of this table'),
      text('agency_code', 'The short code of the agency'),
      text('agency_name', 'Its name'),
      oneOf('sector', 'Its sector', 'third sector', 'statutory', 'private', 'other'),
      oneOf('status', 'Whether it takes part at present', 'active', 'paused', 'left'),
    ],
  },
  {
    name: 'visits',
    meaning: 'A row for each visit',
    columns: [
      id('visit_id', 'The key of this table'),
      id('agency_id', 'Which agency was visited: agencies.agency_id'),
      text('phase', 'The phase of fieldwork'),
      {
        name: 'phase_order',
        type: 'integer',
        meaning: 'The place of the phase among the phases',
        allowed: '1 or more',
      },
      {
        name: 'visit_date',
        type: 'date',
        meaning: 'The day on which it began, in the study’s own time zone',
        allowed: 'ISO 8601, as 2012-02-29',
      },
      instant('starts_at', 'When it began'),
      instant('ends_at', 'When it ended'),
      count('minutes', 'How long it took', 'minutes'),
      text('setting', 'Where it was'),
      text('purpose', 'What it was for'),
      count('observers', 'How many of the team observed', 'people'),
      count('participants', 'How many participants known by pseudonym were present', 'people'),
      count('others_present', 'How many others were present', 'people'),
    ],
  },
  {
    name: 'notes',
    meaning: 'A row for each note that has been saved, with its newest text',
    columns: [
      id('note_id', 'The key of this table'),
      id('visit_id', 'Which visit it is about: visits.visit_id'),
      id('author_id', 'Who began it: members.member_id'),
      count('revision', 'The number of its newest revision', 'revisions'),
      instant('begun_at', 'When it was begun'),
      instant('saved_at', 'When its newest revision was saved'),
      { ...instant('finished_at', 'When it was finished'), allowed: 'ISO 8601; empty: not finished' },
      {
        name: 'write_up_lag_minutes',
        type: 'number',
        unit: 'minutes',
        meaning: 'From the end of the visit to the first finishing of the note',
        allowed: 'negative: finished before the visit was due to end; empty: not finished',
      },
      oneOf('deidentification', 'How far it is de-identified', 'raw', 'de-identified', 'checked', 'releasable'),
      yesNo('text_leaves', 'Whether title and text are here: those kept for author and lead stay inside'),
      text('title', 'Its title'),
      text(
        'text',
        'Its text. Paragraphs that are withheld because of consent have ░ for each character, so that positions hold; outside the team a paragraph that stays inside is “[withheld]”',
      ),
    ],
  },
  {
    name: 'themes',
    meaning: 'A row for each theme of the codebook, in its order',
    columns: [
      id('theme_id', 'The key of this table'),
      { ...id('parent_id', 'The theme that it is under: themes.theme_id'), allowed: 'a UUID; empty: at the top' },
      { name: 'order', type: 'integer', meaning: 'Its place in the codebook', allowed: '1 or more' },
      {
        name: 'level',
        type: 'integer',
        meaning: 'How deep it is nested',
        unit: 'levels',
        allowed: '1 (at the top) to 10',
      },
      text('name', 'Its name'),
      text('path', 'The names from the top down to it, parted by " > "'),
      text('definition', 'What it means'),
      text('when_to_use', 'When to code with it'),
      text('when_not_to_use', 'When not to'),
      text('example', 'An example'),
      { name: 'colour', type: 'text', meaning: 'Its colour', allowed: '#rrggbb' },
      yesNo('retired', 'Whether it is no longer used for coding'),
    ],
  },
  {
    name: 'codings',
    meaning: 'A row for each coding: one theme that one coder gave to one passage',
    columns: [
      id('coding_id', 'The key of this table'),
      id('note_id', 'Which note it is in: notes.note_id'),
      id('theme_id', 'Which theme was given: themes.theme_id'),
      id('coder_id', 'Who gave it: members.member_id'),
      count('revision', 'The revision of the note that the positions are of', 'revisions'),
      count('start', 'Where the passage begins in that text, from 0', 'Unicode code points'),
      count('end', 'Where it ends; the character here is not part of it', 'Unicode code points'),
      oneOf('paragraph_label', 'The kind of paragraph (Schatzman and Strauss)', 'ON', 'TN', 'MN', 'PN'),
      instant('coded_at', 'When it was coded'),
      yesNo('needs_review', 'Whether the note has changed there since, and nobody has decided yet'),
      text('quote', 'The words that were coded'),
    ],
  },
  {
    name: 'members',
    meaning: 'A row for each member of the research team, past ones included: who wrote and coded',
    columns: [
      id('member_id', 'The key of this table'),
      text('name', 'The name that the study knows them by'),
      oneOf('role', 'Their role', 'lead', 'researcher'),
    ],
  },
];
