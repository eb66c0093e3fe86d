import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { StartError } from '../shared/errors.ts';
import { type Archive, writeArchive } from './archive-service.ts';
import {
  type BackedUpFile,
  type BackedUpTable,
  fileEntry,
  FORMAT,
  HEADER_ENTRY,
  type Header,
  MANIFEST_ENTRY,
  type Manifest,
  PRODUCT,
  tableEntry,
} from './manifest.ts';
import {
  beginSnapshot,
  findMigrations,
  LEFT_OUT,
  listErasures,
  listFiles,
  listSequences,
  listTables,
  type NamedFile,
  readRows,
  type Table,
} from './snapshot-queries.ts';
import { verifyBackup } from './verification-service.ts';

const PIECE = 1024 * 1024;

/** Where the data are, and the key of the file; without one it is not encrypted. `url` is the owner's. */
export type BackupSource = { url: string; uploadsFolder: string; key: string | undefined; productVersion: string };

/**
 * Writes everything into one file, as it was at one moment, while people work; reads it back and checks it before it gets
 * its name. Throws a StartError when there is nothing to back up.
 */
export async function makeBackup(source: BackupSource, file: string): Promise<Manifest> {
  let manifest: Manifest | undefined;
  await writeArchive(
    path.resolve(file),
    source.key,
    async (archive) => {
      manifest = await fill(archive, source);
    },
    async (part) => {
      await verifyBackup(part, source.key);
    },
  );
  if (!manifest) throw new Error('a backup was written without a manifest');
  return manifest;
}

async function fill(archive: Archive, source: BackupSource): Promise<Manifest> {
  const client = new pg.Client({ connectionString: source.url, application_name: 'fieldnotes-backup' });
  client.on('error', () => {});
  await client.connect();
  try {
    await beginSnapshot(client);
    const migrations = await findMigrations(client);
    if (!migrations)
      throw new StartError('There is nothing to back up: the program has never been started on this database.');
    const header: Header = {
      format: FORMAT,
      product: PRODUCT,
      productVersion: source.productVersion,
      madeAt: new Date().toISOString(),
      migrations,
    };
    await addText(archive, HEADER_ENTRY, JSON.stringify(header, null, 2));
    const tables: BackedUpTable[] = [];
    for (const table of await listTables(client)) tables.push(await addTable(archive, client, table));
    const [sequences, named] = [await listSequences(client), await listFiles(client)];
    const erasures = await listErasures(client);
    // The snapshot is not needed for files: they are written before their rows and never changed.
    await client.query('commit');
    const files: BackedUpFile[] = [];
    for (const one of named) files.push(await addFile(archive, source.uploadsFolder, one));
    const manifest: Manifest = { ...header, tables, leftOut: LEFT_OUT, sequences, files, erasures };
    await addText(archive, MANIFEST_ENTRY, JSON.stringify(manifest, null, 2));
    return manifest;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function addText(archive: Archive, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(`${text}\n`);
  await archive.add(name, bytes.length, once(bytes));
}

async function addTable(archive: Archive, client: pg.Client, table: Table): Promise<BackedUpTable> {
  const hash = createHash('sha256');
  let [bytes, rows, pieces, waiting, length] = [0, 0, 0, [] as Buffer[], 0];
  const flush = async () => {
    if (length === 0) return;
    const piece = Buffer.concat(waiting);
    [waiting, length] = [[], 0];
    await archive.add(tableEntry(table.name, pieces), piece.length, once(piece));
    pieces += 1;
  };
  for await (const chunk of readRows(client, table)) {
    hash.update(chunk);
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) rows += 1;
    waiting.push(chunk);
    length += chunk.length;
    if (length >= PIECE) await flush();
  }
  await flush();
  return { name: table.name, columns: table.columns, rows, bytes, sha256: hash.digest('hex') };
}

async function addFile(archive: Archive, folder: string, { name, bytes, sha256 }: NamedFile): Promise<BackedUpFile> {
  const handle = await open(path.join(folder, name), 'r').catch((error: NodeJS.ErrnoException) => {
    // Erased since the snapshot, or lost: the manifest says so.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return { name, bytes: 0, sha256, state: 'missing' };
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    async function* content(): AsyncGenerator<Buffer> {
      if (size === 0) return;
      for await (const chunk of handle!.createReadStream({ autoClose: false, end: size - 1 })) {
        hash.update(chunk as Buffer);
        yield chunk as Buffer;
      }
    }
    await archive.add(fileEntry(name), size, content());
    const found = hash.digest('hex');
    return { name, bytes: size, sha256: found, state: found === sha256 && size === bytes ? 'kept' : 'changed' };
  } finally {
    await handle.close();
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
