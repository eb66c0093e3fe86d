import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import type pg from 'pg';
import { makeDurable } from '../database/data-folder.ts';
import { MIGRATIONS_FOLDER } from '../database/migrations.ts';
import { migrate, whilePreparing } from '../database/prepare-database.ts';
import { StartError } from '../shared/errors.ts';
import { readArchive } from './archive-service.ts';
import {
  analyseTables,
  countPeopleAndStudies,
  emptyTables,
  isUnderWay,
  loading,
  markDone,
  markUnderWay,
  setSequences,
  writeRows,
} from './load-queries.ts';
import { type BackedUpFile, type Erasure, fileEntry, type Manifest, readEntryName } from './manifest.ts';
import { findMigrations, hasTable, listTables, readRows, type Table } from './snapshot-queries.ts';
import { verifyBackup } from './verification-service.ts';

/** Where to restore to, and how to do again the erasures that were made after the backup. `url` is the owner's. */
export type RestoreTarget = {
  url: string;
  uploadsFolder: string;
  key: string | undefined;
  /** Erasures known beside the backup's own. */
  erasures: readonly Erasure[];
  /** Does again, on the restored data, what was erased since the backup. The installation starts only once it has. */
  applyErasures(owner: Knex, erasures: readonly Erasure[]): Promise<void>;
};

/**
 * Restores a backup into an empty installation. The file is read to its end and checked before anything is touched; a
 * restore that is interrupted leaves an installation that does not start until it is restored again. Throws a StartError
 * with the reason when it is refused.
 */
export async function restoreBackup(target: RestoreTarget, file: string): Promise<Manifest> {
  const manifest = await verifyBackup(file, target.key);
  await refuseNewer(manifest);
  await whilePreparing(target.url, async (owner, client) => {
    const again = await isUnderWay(client);
    if (!again) {
      await refuseUsed(client);
      await refuseUsedFolder(target.uploadsFolder);
    }
    await markUnderWay(client);
    await migrateTo(manifest.migrations, owner, client, again);
    await load(manifest, target, file, client);
    await migrate(owner);
    await analyseTables(client);
    // What was erased before the backup is not in it; what was erased since must not come back.
    const known = new Set(manifest.erasures.map(({ id }) => id));
    const since = distinct(target.erasures).filter(({ id }) => !known.has(id));
    if (since.length > 0) await target.applyErasures(owner, since);
    await markDone(client);
  });
  return manifest;
}

async function refuseNewer({ migrations, productVersion }: Manifest): Promise<void> {
  const known = new Set(await readdir(MIGRATIONS_FOLDER));
  if (migrations.every((name) => known.has(name))) return;
  throw new StartError(
    `This backup was made by a newer version of the program (${productVersion}). Restore it with that version. Nothing was changed.`,
  );
}

async function refuseUsed(client: pg.Client): Promise<void> {
  const migrations = await findMigrations(client);
  if (!migrations || !(await hasTable(client, 'studies'))) {
    if ((await listTables(client)).length === 0) return;
    throw new StartError(
      'The database holds tables of something else. Restore into a database of its own. Nothing was changed.',
    );
  }
  const { people, studies } = await countPeopleAndStudies(client);
  if (people === 0 && studies === 0) return;
  throw new StartError(
    `The installation is not empty: it has ${people} people and ${studies} studies. Restore into an empty one: set DATA_FOLDER and UPLOADS_FOLDER (or DATABASE_URL) to new ones. Nothing was changed.`,
  );
}

// They are another installation's, which may be at work: a restore that fails takes back the files that it has written.
async function refuseUsedFolder(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => readEntryName(fileEntry(name)));
  if (files.length === 0) return;
  throw new StartError(
    `The uploads folder is not empty: it has ${files.length === 1 ? 'a file' : `${files.length} files`} of an installation. The backup brings its own: set UPLOADS_FOLDER to a new folder, or move those files elsewhere. Nothing was changed.`,
  );
}

/** The tables as they were when the backup was made, empty. */
async function migrateTo(names: string[], owner: Knex, client: pg.Client, again: boolean): Promise<void> {
  const done = (await findMigrations(client)) ?? [];
  if (again && done.length > 0) await emptyTables(client, await listTables(client));
  await owner.migrate.forceFreeMigrationsLock();
  if (done.length === names.length && done.every((name) => names.includes(name))) return;
  if (done.length > 0) await owner.migrate.rollback(undefined, true);
  for (const name of names) await owner.migrate.up({ name } as Knex.MigratorConfig);
}

async function load(manifest: Manifest, target: RestoreTarget, file: string, client: pg.Client): Promise<void> {
  const here = new Map((await listTables(client)).map((table) => [table.name, table.columns]));
  for (const { name, columns } of manifest.tables)
    if (columns.some((column) => !here.get(name)?.includes(column)))
      throw new StartError(`The backup has a table “${name}” that this program does not know. It cannot be restored.`);

  const written: string[] = [];
  try {
    await loading(client, manifest.tables, async () => {
      await readIn(manifest, target, file, client, written);
      await setSequences(client, manifest.sequences);
      // Read back and compared: from here on it is the database's word, not the file's.
      for (const table of manifest.tables)
        if ((await digestOf(client, table)) !== table.sha256)
          throw new Error(`the table ${table.name} is not as it is in the backup`);
    });
  } catch (error) {
    for (const name of written) await rm(path.join(target.uploadsFolder, name), { force: true });
    throw error;
  }
}

async function readIn(
  { tables, files }: Manifest,
  { key, uploadsFolder }: RestoreTarget,
  file: string,
  client: pg.Client,
  written: string[],
): Promise<void> {
  let open: { table: string; rows: ReturnType<typeof writeRows> } | undefined;
  const endTable = async () => {
    const ended = open;
    open = undefined;
    await ended?.rows.end();
  };
  await readArchive(file, key, async (name, content) => {
    const entry = readEntryName(name);
    if (entry?.kind === 'file') {
      await endTable();
      const expected = files.find((one) => one.name === entry.name);
      if (!expected) throw new Error(`the file ${entry.name} is not in the manifest`);
      if (await writeFile(uploadsFolder, expected, content)) written.push(entry.name);
    } else if (entry?.kind === 'table') {
      const table = tables.find((one) => one.name === entry.table);
      if (!table) throw new Error(`the table ${entry.table} is not in the manifest`);
      if (open?.table !== table.name) {
        await endTable();
        open = { table: table.name, rows: writeRows(client, table) };
      }
      for await (const chunk of content) await open.rows.write(chunk);
    } else await endTable();
  });
  await endTable();
  await makeDurable(uploadsFolder);
}

/** False when the file was there already, from a restore that was broken off: it is never written over. */
async function writeFile(folder: string, expected: BackedUpFile, content: AsyncIterable<Buffer>): Promise<boolean> {
  const place = path.join(folder, expected.name);
  const part = path.join(folder, 'incoming', `${expected.name}.part`);
  await mkdir(path.dirname(part), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  await pipeline(
    content,
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(part, { mode: 0o600 }),
  );
  if (hash.digest('hex') !== expected.sha256) throw new Error(`the file ${expected.name} is not as it was checked`);
  const found = await digestOfFile(place);
  if (found !== undefined) {
    await rm(part);
    if (found === expected.sha256) return false;
    throw new StartError(
      `The uploads folder has another file named ${expected.name}. Set UPLOADS_FOLDER to a new folder and restore again.`,
    );
  }
  await makeDurable(part);
  await rename(part, place);
  return true;
}

async function digestOfFile(place: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(place)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function digestOf(client: pg.Client, table: Table): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readRows(client, table)) hash.update(chunk);
  return hash.digest('hex');
}

function distinct(erasures: readonly Erasure[]): Erasure[] {
  return [...new Map(erasures.map((erasure) => [erasure.id, erasure])).values()];
}
