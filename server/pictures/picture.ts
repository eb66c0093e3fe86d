import type { Drawing, Framed } from './drawing/frame.ts';
import type { CsvValue } from '../shared/csv.ts';

/** `more` is read out after `text`, and shown to nobody else. Without `href` there is nothing behind it. */
export type Cell = { text: string; more?: string; href?: string };

export type TableRow = {
  header: Cell & { depth: number };
  /** Begins a group of rows. */
  strong: boolean;
  cells: (Cell & { lines?: Cell[] })[];
};

/** `code` stands in for a long `name` where the window is narrow. */
export type Column = { name: string; code?: string };

export type Table = { caption: string; columns: Column[]; rows: TableRow[]; foot?: string };

/** A picture with its numbers, ready to be shown, drawn or sent as a file. */
export type Picture = {
  /** What there is to do where there is nothing to draw. */
  empty?: { text: string; next?: { href: string; text: string } };
  /** The picture in words, for those who cannot see it. */
  alt: string;
  /** Sentences beside the picture that say what is and is not counted. */
  facts: string[];
  /** Those that go with its file, which has no page around it. */
  foot: string[];
  table: Table;
  csv: CsvValue[][];
  draw(frame: Omit<Framed, 'label'>): Drawing;
};

/** Where links lead, and in whose time. */
export type Place = { path: string; timeZone: string };

export const whole = (value: number): string => value.toLocaleString('en-GB');
