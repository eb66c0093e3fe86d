import { readCsvTable } from './reading/csv-table.ts';
import { decodeText } from './reading/text-encoding.ts';
import { readDate, type Wanted } from './visit-matching.ts';

/** A line of a table that says what a document is: `file` is its name, with the folders of its ZIP where they are given. */
export type Attributes = { file: string; title?: string; visitId?: string; wanted: Wanted; wrong?: string };

const LONGEST = 2 * 1024 * 1024;
const MOST_LINES = 5000;
// How people head such a column, each in lower case.
const COLUMNS: Record<string, string> = {
  file: 'file',
  'file name': 'file',
  filename: 'file',
  document: 'file',
  agency: 'agency',
  'agency code': 'agency',
  site: 'agency',
  phase: 'phase',
  date: 'date',
  'visit date': 'date',
  time: 'time',
  'visit time': 'time',
  start: 'time',
  setting: 'setting',
  title: 'title',
  visit: 'visit',
};

/**
 * A table of attributes in `bytes`, or undefined when they are no table with a column for files. Columns that are not known
 * are passed over.
 */
export function readAttributes(bytes: Uint8Array): Attributes[] | undefined {
  const text = bytes.length > LONGEST ? undefined : decodeText(bytes)?.text;
  if (text === undefined) return undefined;
  const read = readCsvTable(text, COLUMNS, { most: MOST_LINES, trim: true });
  if (!read?.columns.includes('file')) return undefined;
  return read.rows.map((cells) => attributesOf(read.columns, cells)).filter(({ file }) => file !== '');
}

function attributesOf(columns: readonly (string | undefined)[], cells: readonly string[]): Attributes {
  const at = (name: string): string | undefined => {
    const value = cells[columns.indexOf(name)];
    return columns.includes(name) && value !== undefined && value !== '' ? value : undefined;
  };
  const [date, time] = [at('date'), at('time')];
  // A spreadsheet writes a date with its time, if it is given one.
  const read = date === undefined ? undefined : (readDate(date) ?? readDate(date.split(/[ T]/)[0]!));
  const found: Attributes = {
    file: at('file') ?? '',
    wanted: {
      ...(at('agency') !== undefined && { agency: at('agency')! }),
      ...(at('phase') !== undefined && { phase: at('phase')! }),
      ...(at('setting') !== undefined && { setting: at('setting')! }),
      ...(read !== undefined && { date: read }),
      ...(time !== undefined && { time: /^\d:/.test(time) ? `0${time.slice(0, 4)}` : time.slice(0, 5) }),
    },
  };
  if (at('title') !== undefined) found.title = at('title')!;
  if (at('visit') !== undefined) found.visitId = at('visit')!;
  if (date !== undefined && read === undefined)
    found.wrong = `“${date.slice(0, 40)}” in the table is no date. Write it as 2011-11-14.`;
  return found;
}

/** The line for a document: by its whole path in a ZIP, else by its name alone, where only one line has it. */
export function attributesFor(
  table: readonly Attributes[],
  { fileName, folder }: { fileName: string; folder: string },
): Attributes | undefined {
  const plain = (name: string): string => name.normalize('NFC').replaceAll('\\', '/').toLowerCase();
  const whole = plain(folder === '' ? fileName : `${folder}/${fileName}`);
  const exact = table.find(({ file }) => plain(file) === whole);
  if (exact) return exact;
  const named = table.filter(({ file }) => plain(file).split('/').at(-1) === plain(fileName));
  return named.length === 1 ? named[0] : undefined;
}

/** The lines that are of no document: its name is written otherwise, or it was not sent. */
export function linesWithoutDocument(
  table: readonly Attributes[],
  documents: readonly { fileName: string; folder: string }[],
): Attributes[] {
  const used = new Set(documents.map((document) => attributesFor(table, document)));
  return table.filter((line) => !used.has(line));
}
