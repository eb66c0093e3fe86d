import type { ExtractSource } from '../extract-source.ts';
import { CSV_COLUMNS } from './extract-table.ts';

/**
 * Extracts as CSV, made of rows: the same bytes as COPY makes (export-queries.ts), several times slower. For what must be
 * changed on its way out; everything else is left to COPY.
 */
export async function* extractsCsv({ rows }: Pick<ExtractSource, 'rows'>): AsyncGenerator<string> {
  yield `${CSV_COLUMNS.map(([name]) => name).join(',')}\n`;
  for await (const row of rows) yield `${CSV_COLUMNS.map(([, cell]) => csvCell(cell(row))).join(',')}\n`;
}

// As PostgreSQL writes CSV: an empty text is quoted (an empty cell would be none at all), and so is what holds a comma, a
// quotation mark or a line end. A cell that a spreadsheet would run begins with an apostrophe.
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
