export type CsvValue = string | number | null;

/**
 * A CSV file of rows: CRLF between them, cells quoted where they must be. Text that a spreadsheet would run as a formula
 * gets a leading apostrophe, as in an export of extracts; numbers are numbers.
 */
export function csvFile(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** One cell, as csvFile() writes it. */
export function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
