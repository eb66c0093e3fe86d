import { createHash } from 'node:crypto';
import { slugOf } from '../shared/slug.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportSubject } from './export-formats.ts';

/** What an export's bytes came to. */
export type Measure = { rowCount: number; byteLength: number; sha256: string };

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The bytes that come before the first line. */
export function beginningOf({ byteOrderMark }: { byteOrderMark: boolean }): Buffer {
  return byteOrderMark ? BYTE_ORDER_MARK : Buffer.alloc(0);
}

/** Adds up bytes as they pass; `measure` may be called once. */
export function createMeter(): {
  add: (chunk: Buffer) => void;
  bytes: () => number;
  measure: (rowCount: number) => Measure;
} {
  const hash = createHash('sha256');
  let byteLength = 0;
  return {
    add(chunk) {
      hash.update(chunk);
      byteLength += chunk.length;
    },
    bytes: () => byteLength,
    measure: (rowCount) => ({ rowCount, byteLength, sha256: hash.digest('hex') }),
  };
}

const NAMES: Record<ExportSubject, string> = {
  extracts: 'extracts',
  codebook: 'codebook',
  note: 'note',
  tidy: 'data',
  project: 'project',
};

/** "connecting-people-extracts-12-2011-11-14.csv": plain ASCII whatever the study is called. `day` is a calendar date. */
export function exportFileName(studyName: string, number: number, day: string, format: ExportFormat = 'csv'): string {
  const { subject, ending } = EXPORT_FORMATS[format];
  return `${slugOf(studyName)}-${NAMES[subject]}-${number}-${day}.${ending}`;
}
