import { parse } from 'csv-parse/sync';

/** A table whose first line names its columns: `columns` has what each is known as here, undefined where it is not. */
export type CsvTable = { columns: (string | undefined)[]; rows: string[][] };

/**
 * The table in `text`, with at most `most` rows, or undefined when its quotation marks do not close. Columns are told apart
 * by comma, semicolon or tab. `known`: what people call a column, in lower case, and what it is known as here.
 */
export function readCsvTable(
  text: string,
  known: Readonly<Record<string, string>>,
  { most, trim = false }: { most: number; trim?: boolean },
): CsvTable | undefined {
  const first = text.split(/\r\n?|\n/, 1)[0] ?? '';
  const delimiter = [',', ';', '\t'].toSorted((one, other) => first.split(other).length - first.split(one).length)[0]!;
  try {
    const [head = [], ...rows]: string[][] = parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim,
      to: most + 1,
    });
    return { columns: head.map((name) => known[name.replaceAll('_', ' ').trim().toLowerCase()]), rows };
  } catch {
    return undefined;
  }
}
