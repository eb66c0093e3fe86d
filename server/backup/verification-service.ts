import { createHash } from 'node:crypto';
import { StartError } from '../shared/errors.ts';
import { foreign, readArchive } from './archive-service.ts';
import { readHeader, readManifest } from './manifest-service.ts';
import { HEADER_ENTRY, type Header, MANIFEST_ENTRY, type Manifest, readEntryName } from './manifest.ts';

const LONGEST_HEADER = 1024 * 1024;
const LONGEST_MANIFEST = 256 * 1024 * 1024;
const NEWLINE = 10;

type Found = { hash: ReturnType<typeof createHash>; bytes: number; rows: number; pieces: number };

/**
 * Reads a whole backup and recomputes every checksum in it. Throws a StartError, in a sentence, when anything is not as
 * its manifest says. Nothing outside the file is touched.
 */
export async function verifyBackup(file: string, key: string | undefined): Promise<Manifest> {
  let header: Header | undefined;
  let manifest: Manifest | undefined;
  const tables = new Map<string, Found>();
  const files = new Map<string, Found>();

  await readArchive(file, key, async (name, content) => {
    if (manifest) throw changed();
    if (!header) {
      const found = name === HEADER_ENTRY ? readHeader(await whole(content, LONGEST_HEADER)) : undefined;
      if (found === 'newer')
        throw new StartError(
          'This backup was made by a newer version of the program. Restore it with that version. Nothing was changed.',
        );
      if (!found) throw foreign();
      header = found;
      return;
    }
    if (name === MANIFEST_ENTRY) {
      manifest = readManifest(await whole(content, LONGEST_MANIFEST));
      if (!manifest) throw changed();
      return;
    }
    const entry = readEntryName(name);
    if (!entry) throw changed();
    const [found, id] = entry.kind === 'table' ? ([tables, entry.table] as const) : ([files, entry.name] as const);
    const sum = found.get(id) ?? { hash: createHash('sha256'), bytes: 0, rows: 0, pieces: 0 };
    found.set(id, sum);
    if (entry.kind === 'table' ? entry.piece !== sum.pieces : sum.pieces > 0) throw changed();
    sum.pieces += 1;
    for await (const chunk of content) {
      sum.hash.update(chunk);
      sum.bytes += chunk.length;
      if (entry.kind === 'table') sum.rows += countLines(chunk);
    }
  });

  if (!header) throw foreign();
  if (!manifest) throw new StartError('The backup is cut off. Take another copy of it. Nothing was changed here.');
  compare(header, manifest, tables, files);
  return manifest;
}

function compare(header: Header, manifest: Manifest, tables: Map<string, Found>, files: Map<string, Found>): void {
  const sameHeader = (Object.keys(header) as (keyof Header)[]).every(
    (name) => JSON.stringify(header[name]) === JSON.stringify(manifest[name]),
  );
  if (!sameHeader) throw changed();
  for (const { name, bytes, rows, sha256 } of manifest.tables) {
    const found = tables.get(name);
    tables.delete(name);
    if (found ? found.bytes !== bytes || found.rows !== rows || digest(found) !== sha256 : bytes !== 0) throw changed();
  }
  for (const { name, bytes, sha256, state } of manifest.files) {
    const found = files.get(name);
    files.delete(name);
    if (state === 'missing') {
      if (found) throw changed();
    } else if (found?.bytes !== bytes || digest(found) !== sha256) throw changed();
  }
  if (tables.size > 0 || files.size > 0) throw changed();
}

function digest({ hash }: Found): string {
  return hash.copy().digest('hex');
}

/** One line is one row: COPY writes line breaks inside values in another way. */
function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

async function whole(content: AsyncIterable<Buffer>, longest: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > longest) throw changed();
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function changed(): StartError {
  return new StartError('The backup is damaged or was changed after it was made. Nothing was changed here.');
}
