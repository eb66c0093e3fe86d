import { csvFile, type CsvValue } from '../shared/csv.ts';
import type { OutsideRow } from './outside-row.ts';

// Those of the team's file but for positions: they would count the words of a text that the reader does not have.
const COLUMNS: [name: string, cell: (row: OutsideRow) => CsvValue][] = [
  ['extract_id', (row) => row.id],
  ['quote', (row) => row.quote],
  ['context_before', (row) => row.contextBefore],
  ['context_after', (row) => row.contextAfter],
  ['theme_path', (row) => row.themePath],
  ['agency_code', (row) => row.agency],
  ['phase', (row) => row.phase],
  ['visit_date', (row) => row.visited],
  ['note_title', (row) => row.noteTitle],
  ['note_revision', (row) => row.revision],
  ['paragraph_label', (row) => row.label],
  ['coder', (row) => row.coder],
  ['coded_at', (row) => row.codedAt],
];

export function csvHeader(): string {
  return csvFile([COLUMNS.map(([name]) => name)]);
}

export function csvLines(rows: readonly OutsideRow[]): string {
  return csvFile(rows.map((row) => COLUMNS.map(([, cell]) => cell(row))));
}
