/** The version of the file's own layout; a program reads this one and every earlier one. */
export const FORMAT = 1;
export const PRODUCT = 'connecting-people-field-notes';

/** What every backup begins with. `migrations` in the order in which they were done; `madeAt` in UTC. */
export type Header = {
  format: number;
  product: string;
  productVersion: string;
  madeAt: string;
  migrations: string[];
};

/** `sha256` of all lines of the table, one line a row, as COPY writes them. */
export type BackedUpTable = { name: string; columns: string[]; rows: number; bytes: number; sha256: string };

export type BackedUpSequence = { name: string; value: string; isCalled: boolean };

/**
 * `kept`: the file is in the backup as its row says. `changed`: it is there, and its bytes are not those that were kept.
 * `missing`: it was not in the uploads folder.
 */
export type BackedUpFile = { name: string; bytes: number; sha256: string; state: 'kept' | 'changed' | 'missing' };

/** An erasure on record, without content: what restoring must not bring back. Its fields are the erasing feature's own. */
export type Erasure = { id: string } & Record<string, unknown>;

/** What every backup ends with: everything that is in it. */
export type Manifest = Header & {
  tables: BackedUpTable[];
  leftOut: string[];
  sequences: BackedUpSequence[];
  files: BackedUpFile[];
  erasures: Erasure[];
};

export const HEADER_ENTRY = 'header.json';
export const MANIFEST_ENTRY = 'manifest.json';

/** The parts of the archive: pieces of a table in their order, and files kept with notes. */
export function tableEntry(table: string, piece: number): string {
  return `tables/${table}/${String(piece).padStart(6, '0')}`;
}
export function fileEntry(name: string): string {
  return `files/${name}`;
}
export type Entry = { kind: 'table'; table: string; piece: number } | { kind: 'file'; name: string } | undefined;

/** What an entry's name stands for; undefined for anything that no backup has, such as a path out of its folder. */
export function readEntryName(name: string): Entry {
  const table = /^tables\/([a-z][a-z0-9_]{0,62})\/(\d{6,9})$/.exec(name);
  if (table) return { kind: 'table', table: table[1] ?? '', piece: Number(table[2]) };
  const file = /^files\/([0-9a-f-]{36}(?:\.[a-z0-9]{1,8})?)$/.exec(name);
  if (file) return { kind: 'file', name: file[1] ?? '' };
  return undefined;
}

const STAMP = /^fieldnotes-\d{8}T\d{6}Z\.backup$/;

export function backupName(at: Date): string {
  return `fieldnotes-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.backup`;
}

/** Whether a file has the name that the program itself gives to backups: only those are ever removed by it. */
export function isBackupName(name: string): boolean {
  return STAMP.test(name);
}
