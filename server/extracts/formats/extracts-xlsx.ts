import type { Part } from '../../documents/parts.ts';
import { xlsxParts } from '../../documents/xlsx-package.ts';
import { type Column, MOST_CHARACTERS, sheet, type Value } from '../../documents/xlsx-sheet.ts';
import { type ExtractSource, type LeavingExtract, propertiesOf } from '../extract-source.ts';
import { factsOf } from './description-words.ts';
import { memosAsText } from './extract-table.ts';

const COLUMNS: readonly (Column & { cell: (extract: LeavingExtract) => Value })[] = [
  { heading: 'Theme', width: 30, kind: 'wrapped', cell: ({ themePath }) => themePath },
  { heading: 'Quote', width: 60, kind: 'wrapped', cell: ({ quote }) => quote },
  { heading: 'Memos', width: 36, kind: 'wrapped', cell: ({ memos }) => memosAsText(memos) },
  { heading: 'Agency', width: 12, kind: 'text', cell: ({ agencyCode }) => agencyCode },
  { heading: 'Agency name', width: 24, kind: 'text', cell: ({ agencyName }) => agencyName },
  { heading: 'Phase', width: 16, kind: 'text', cell: ({ phase }) => phase },
  { heading: 'Visit date', width: 12, kind: 'date', cell: ({ visitDate }) => visitDate },
  { heading: 'Note', width: 28, kind: 'text', cell: ({ noteTitle }) => noteTitle },
  { heading: 'Revision', width: 9, kind: 'number', cell: ({ revision }) => revision },
  { heading: 'Paragraph', width: 10, kind: 'text', cell: ({ label }) => label },
  { heading: 'Coder', width: 20, kind: 'text', cell: ({ coder }) => coder },
  { heading: 'Coded at (UTC)', width: 20, kind: 'time', cell: ({ codedAt }) => codedAt },
  { heading: 'Needs review', width: 9, kind: 'text', cell: ({ needsReview }) => (needsReview ? 'yes' : 'no') },
  { heading: 'Words before', width: 36, kind: 'text', cell: ({ contextBefore }) => contextBefore },
  { heading: 'Words after', width: 36, kind: 'text', cell: ({ contextAfter }) => contextAfter },
  { heading: 'Start', width: 9, kind: 'number', cell: ({ start }) => start },
  { heading: 'End', width: 9, kind: 'number', cell: ({ end }) => end },
  { heading: 'Extract id', width: 38, kind: 'text', cell: ({ id }) => id },
  { heading: 'Note id', width: 38, kind: 'text', cell: ({ noteId }) => noteId },
];

const THEMES: readonly Column[] = [
  { heading: 'Theme', width: 44, kind: 'wrapped' },
  { heading: 'Level', width: 8, kind: 'number' },
  { heading: 'Extracts here', width: 10, kind: 'number' },
  { heading: 'Definition', width: 50, kind: 'wrapped' },
  { heading: 'When to use it', width: 40, kind: 'wrapped' },
  { heading: 'When not to use it', width: 40, kind: 'wrapped' },
  { heading: 'Example', width: 40, kind: 'wrapped' },
  { heading: 'Retired', width: 9, kind: 'text' },
  { heading: 'Theme id', width: 38, kind: 'text' },
];

const ABOUT: readonly Column[] = [
  { heading: 'About this export', width: 26, kind: 'wrapped' },
  { heading: ' ', width: 90, kind: 'wrapped' },
  { heading: 'Number', width: 12, kind: 'number' },
];

/** A workbook of three sheets: extracts, themes, and the filter with its counts. Extracts are read in reading order. */
export function extractsXlsx({ description, counts, themes, rows }: ExtractSource): Part[] {
  let cuts = 0;
  const cut = (): void => void (cuts += 1);
  async function* cells(): AsyncGenerator<Value[]> {
    for await (const row of rows) yield COLUMNS.map(({ cell }) => cell(row));
  }
  const themeCells = themes.map((theme): Value[] => [
    theme.path,
    theme.depth + 1,
    theme.count,
    theme.definition,
    theme.whenToUse,
    theme.whenNotToUse,
    theme.example,
    theme.isRetired ? 'yes' : 'no',
    theme.id,
  ]);
  // Made when its turn has come: by then it is known how many cells were cut.
  function* about(): Generator<Value[]> {
    for (const [name, text] of factsOf(description)) yield [name, text, null];
    yield ['Codings', 'One row each on the sheet of extracts', counts.codings];
    yield ['Notes', 'that they are from', counts.notes];
    yield ['Agencies', 'that those notes are about', counts.agencies];
    yield ['Coders', 'who made them', counts.coders];
    yield [
      'Start and end',
      'are positions in the revision’s text, in Unicode code points from 0; the end is not included',
      null,
    ];
    yield [
      'Cells that were cut',
      `Excel keeps ${MOST_CHARACTERS.toLocaleString('en-GB')} characters of a cell. ${
        cuts === 0 ? 'None was longer.' : 'What was longer ends with a mark; CSV and JSON Lines have it whole.'
      }`,
      cuts,
    ];
  }
  return xlsxParts(propertiesOf(description, 'coded extracts'), [
    { name: 'Extracts', content: sheet(COLUMNS, cells(), { cut, isFirst: true }) },
    { name: 'Themes', content: sheet(THEMES, themeCells, { cut }) },
    { name: 'Filter and counts', content: sheet(ABOUT, about(), { cut }) },
  ]);
}
