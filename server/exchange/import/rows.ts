import type { Row } from './into.ts';

// Each after those that it refers to.
const ORDER = [
  'people',
  'agencies',
  'memberships',
  'phases',
  'themes',
  'visits',
  'notes',
  'note_revisions',
  'exchange_sources',
  'attachments',
  'codings',
  'memos',
  'exchange_origins',
];
const MOST_ROWS = 6000;
const MOST_LETTERS = 3_000_000;

/** Holds rows back until there are enough to be worth a trip to the database; `take` gives them in the order of references. */
export function createRowBuffer() {
  let tables = new Map<string, Row[]>();
  let count = 0;
  let letters = 0;
  return {
    put(table: string, row: Row): void {
      const rows = tables.get(table) ?? [];
      tables.set(table, rows);
      rows.push(row);
      count += 1;
      for (const value of Object.values(row)) if (typeof value === 'string') letters += value.length;
    },
    isFull: (): boolean => count >= MOST_ROWS || letters >= MOST_LETTERS,
    take(): [table: string, rows: Row[]][] {
      const taken = ORDER.flatMap((table): [string, Row[]][] =>
        tables.has(table) ? [[table, tables.get(table)!]] : [],
      );
      tables = new Map();
      count = 0;
      letters = 0;
      return taken;
    },
  };
}
