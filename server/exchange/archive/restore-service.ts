import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { takePersonsIn } from '../../accounts/restored-person-service.ts';
import { recordAccountEvent } from '../../audit/event-service.ts';
import { asAccount, type Db, type Transaction } from '../../database/connection.ts';
import { makeDurable } from '../../database/data-folder.ts';
import type { ThreadMeans } from '../../web/threads.ts';
import { faultOf } from '../../database/database-fault.ts';
import { updateProjectImport } from '../import/project-import-queries.ts';
import { Refusal } from '../refi/refusal.ts';
import { type Archive, openArchive } from '../refi/zip-reading.ts';
import { alreadyHere, readable, readPeople, refuseUnknown } from './archive-preview-service.ts';
import { findRestoredTrail, insertRestoredRows, insertRestoredStudy, listRestoredRows } from './archive-queries.ts';
import type { StudyTable } from './catalogue-queries.ts';
import { ENCRYPTED, type Manifest, STUDY, tableEntry } from './manifest.ts';
import { readLines, verifyArchive } from './reading-service.ts';

export type RestoreOrder = {
  importId: string;
  person: { id: string };
  file: string;
  sha256: string;
  byteLength: number;
  uploadsFolder: string;
  limit: number;
};

type Progress = (sentence: string) => Promise<void>;

const LETTERS = 8_000_000;
const NOTHING = 'Nothing of it was restored.';

/**
 * Restores the study of an archive in one transaction: all of it, or nothing. What is in the database afterwards is read
 * again and compared with the archive, byte for byte, before it counts. Returns the id of the study.
 */
export async function restoreArchive(
  db: Db,
  order: RestoreOrder,
  progress: Progress,
  { claim, committing }: Partial<Pick<ThreadMeans, 'claim' | 'committing'>> = {},
): Promise<string> {
  const archive = await openArchive(order.file, { total: order.limit });
  const written: string[] = [];
  try {
    const manifest = await verifyArchive(archive, progress);
    await asAccount(db, { personId: order.person.id }, async (trx) => {
      await restore(trx, order, { archive, manifest, written, progress, claim });
      // In the same transaction, so that an import is done exactly when its study is there.
      const done = { state: 'done', progress: '', founded: manifest.study.id } as const;
      await updateProjectImport(trx, order.importId, ['importing'], done);
      committing?.();
    });
    return manifest.study.id;
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    throw asRefusal(error);
  } finally {
    archive.close();
  }
}

type Means = {
  archive: Archive;
  manifest: Manifest;
  written: string[];
  progress: Progress;
  claim: ThreadMeans['claim'] | undefined;
};

async function restore(trx: Transaction, order: RestoreOrder, means: Means): Promise<void> {
  const { archive, manifest, progress } = means;
  const tables = await refuseUnknown(trx, manifest);
  await loadStudy(trx, archive, manifest);
  const people = await takePersonsIn(trx, await readPeople(archive));
  const inArchive = new Map(manifest.tables.map((table) => [table.name, table]));
  const loaded = new Map<string, number>();
  for (const table of tables) {
    const found = inArchive.get(table.name);
    if (!found) continue;
    const { entry } = found;
    await progress(`Restoring ${table.name.replaceAll('_', ' ')}`);
    loaded.set(entry, await loadTable(trx, table, { archive, entry, people: people.here }));
  }
  await writeFiles(order, means);
  await progress('Comparing the study with the archive');
  await compare(trx, manifest, { tables, loaded, people: people.here });
  await insertRestoredRows(trx, 'restored_studies', [restoredRow(order, manifest)], {});
  await recordAccountEvent(trx, order.person.id, {
    kind: 'study.restored',
    subjectId: manifest.study.id,
    after: {
      sha256: order.sha256,
      byteLength: order.byteLength,
      trail: manifest.trail,
      people: { known: Object.keys(people.here).length, made: people.made },
    },
  });
}

async function loadStudy(trx: Transaction, archive: Archive, manifest: Manifest): Promise<void> {
  const rows: string[] = [];
  for await (const lines of readLines(archive, tableEntry(STUDY), LETTERS)) rows.push(...lines);
  const [row, ...more] = rows;
  if (row === undefined || more.length > 0 || (JSON.parse(row) as { id: string }).id !== manifest.study.id)
    throw new Refusal(`The archive does not hold the one study that it says it holds. ${NOTHING}`);
  if (!(await insertRestoredStudy(trx, row))) throw new Refusal(alreadyHere(manifest));
}

/** Returns how many rows went in: of encrypted ones, those that can be read here. */
async function loadTable(
  trx: Transaction,
  { name, isTree }: StudyTable,
  { archive, entry, people }: { archive: Archive; entry: string; people: Record<string, string> },
): Promise<number> {
  let count = 0;
  // Rows that refer to each other come in one piece.
  for await (const lines of readLines(archive, entry, isTree ? Number.MAX_SAFE_INTEGER : LETTERS)) {
    const rows = ENCRYPTED.includes(name) ? readable(trx, lines) : lines;
    await insertRestoredRows(trx, name, rows, people);
    count += rows.length;
  }
  return count;
}

async function writeFiles(
  { uploadsFolder }: RestoreOrder,
  { archive, manifest, written, claim }: Means,
): Promise<void> {
  for (const { storedName, entry } of manifest.files) {
    const file = path.join(uploadsFolder, storedName);
    const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    // Not before it is there: a file of that name that was there already is somebody else's.
    stream.once('open', () => {
      written.push(file);
      claim?.(file);
    });
    await pipeline(archive.read(archive.entries.get(entry)!), stream);
    await makeDurable(file);
  }
  if (manifest.files.length > 0) await makeDurable(uploadsFolder);
}

// Rows of people who are somebody else here, and of what cannot be read here, are not what they were.
async function compare(
  trx: Transaction,
  manifest: Manifest,
  { tables, loaded, people }: { tables: StudyTable[]; loaded: Map<string, number>; people: Record<string, string> },
): Promise<void> {
  const here = new Map(tables.map((table) => [table.name, table]));
  const isSame = Object.entries(people).every(([asked, found]) => asked === found);
  const parts = new Map(manifest.parts.map(({ entry, sha256 }) => [entry, sha256]));
  for (const { name, entry, columns, rows } of manifest.tables) {
    if (name === STUDY) continue;
    const table = here.get(name)!;
    const without = table.columns.filter((column) => !columns.includes(column));
    const hash = createHash('sha256');
    let count = 0;
    for await (const lines of listRestoredRows(trx, name, without)) {
      hash.update(`${lines.join('\n')}\n`);
      count += lines.length;
    }
    const expected = ENCRYPTED.includes(name) ? loaded.get(entry) : rows;
    const isWhole = expected === rows && (isSame || !table.namesPeople);
    if (count !== expected || (isWhole && hash.digest('hex') !== parts.get(entry)))
      throw new Refusal(
        `What came of the table “${name}” is not what the archive holds. ${NOTHING} Tell whoever looks after this program.`,
      );
  }
  const { links, hash, brokenAt } = await findRestoredTrail(trx);
  const { trail } = manifest;
  if (links !== trail.links || hash !== trail.hash || brokenAt !== trail.brokenAt)
    throw new Refusal(
      `The trail in the archive is not the one that was recorded${brokenAt === null ? '' : `: it breaks at entry ${brokenAt}`}. The archive was altered after it was made. ${NOTHING}`,
    );
}

function restoredRow({ person, sha256 }: RestoreOrder, { study, origin, trail }: Manifest): string {
  return JSON.stringify({
    study_id: study.id,
    sha256,
    origin,
    links: trail.links,
    restored_by: person.id,
    restored_at: new Date().toISOString(),
  });
}

/** What the database refuses of the rows of an archive is the archive's fault. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal || faultOf(error) !== undefined) return error;
  const { code } = error as { code?: string };
  if (code === 'EEXIST' || code === '23505')
    return new Refusal(
      `Something of the archive is here already, though its study is not: its rows were changed, or another study has them. ${NOTHING}`,
    );
  if (code !== undefined && /^(22|23|P0001)/.test(code))
    return new Refusal(
      `The database refused what is in the archive, because it breaks a rule of the data: the archive was altered, or made by a newer version of this program. ${NOTHING}`,
    );
  return error;
}
