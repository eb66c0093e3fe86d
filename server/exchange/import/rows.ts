import type { Row } from './into.ts';

// Each after those that it refers to.
const ORDER = [
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
  'import_reports',
];
const MOST_ROWS = 6000;
const MOST_LETTERS = 3_000_000;

/** Rows of several tables, each table after those that it refers to. */
export type Lot = {
  /** Of people, who stand outside the study. */
  people: Row[];
  tables: string[];
  /** Of the tables, by their names, as the database takes it. */
  rows: string;
  counts: Record<string, number>;
};

/** Holds rows back until there are enough to be worth a trip to the database. */
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
    take(): Lot {
      const { people = [], ...inStudy } = Object.fromEntries(tables);
      const lot = {
        people,
        tables: ORDER.filter((table) => table in inStudy),
        rows: JSON.stringify(inStudy),
        counts: Object.fromEntries([...tables].map(([table, rows]) => [table, rows.length])),
      };
      tables = new Map();
      count = 0;
      letters = 0;
      return lot;
    },
  };
}
