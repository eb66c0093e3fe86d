import { csvCell, type CsvValue } from '../../shared/csv.ts';
import type { ExtractSource } from '../extract-source.ts';
import { CSV_COLUMNS } from './extract-table.ts';

/**
 * Extracts as CSV, made of rows: the same bytes as COPY makes (export-queries.ts), several times slower. For what must be
 * changed on its way out; everything else is left to COPY.
 */
export async function* extractsCsv({ rows }: Pick<ExtractSource, 'rows'>): AsyncGenerator<string> {
  yield `${CSV_COLUMNS.map(([name]) => name).join(',')}\n`;
  for await (const row of rows) yield `${CSV_COLUMNS.map(([, cell]) => copyCell(cell(row))).join(',')}\n`;
}

// As PostgreSQL writes CSV: an empty text is quoted, because an empty cell would be none at all.
const copyCell = (value: CsvValue): string => (value === '' ? '""' : csvCell(value));
