import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Actor, Transaction } from '../../database/connection.ts';
import { MIGRATIONS_FOLDER } from '../../database/migrations.ts';
import { openSpool } from '../export/spool-service.ts';
import type { ZipWriting } from '../export/zip-writing.ts';
import { PROGRAM } from '../refi/program.ts';
import { measured } from '../measured.ts';
import {
  findArchivedTrail,
  findRestored,
  listArchivedPeople,
  listArchivedRows,
  listAttachedFiles,
} from './archive-queries.ts';
import { listStudyColumns, listStudyTables } from './catalogue-queries.ts';
import {
  ABOUT,
  type ArchivedTable,
  fileEntry,
  FORMAT,
  KIND,
  LEFT_OUT,
  type Manifest,
  MANIFEST,
  NEVER_IN,
  type Origin,
  type Part,
  PEOPLE,
  STUDY,
  tableEntry,
} from './manifest.ts';

export type SidecarOrder = {
  /** A name beside which rows are written down on their way. */
  file: string;
  uploadsFolder: string;
  /** What this installation is called: its address. */
  installation: string;
};

/** Adds to a ZIP, and keeps the length and the SHA-256 of every part for the list at its end. */
export type Sidecar = Pick<ZipWriting, 'add' | 'addBytes'> & {
  /** Adds all the rest of the study and counts it. `inSources`: by their entries, files of notes as they are stored. */
  addStudy: (inSources: ReadonlyMap<string, string>) => Promise<Record<string, number>>;
  remove: () => Promise<void>;
};

/** What makes an archive of a project: everything that the project cannot hold. Only a lead reads it. */
export function openSidecar(trx: Transaction, actor: Actor, zip: ZipWriting, order: SidecarOrder): Sidecar {
  const parts: Part[] = [];
  const spool = openSpool(rowsOf(order.file));
  // Added once the rows are on the disk: a ZIP may ask for a part as soon as it has it.
  const written: (() => void)[] = [];

  const add: ZipWriting['add'] = (entry, open) =>
    zip.add(entry, async () => {
      const { pieces, result } = measured((await open()) as AsyncIterable<Buffer>);
      return Readable.from(
        (async function* () {
          yield* pieces;
          parts.push({ entry, ...result() });
        })(),
        { objectMode: false },
      );
    });

  async function addRows(entry: string, batches: AsyncIterable<string[]>): Promise<number> {
    let rows = 0;
    let [start, length] = [-1, 0];
    for await (const lines of batches) {
      rows += lines.length;
      const stretch = await spool.append(`${lines.join('\n')}\n`);
      if (start === -1) start = stretch.start;
      length += stretch.length;
    }
    written.push(() => add(entry, () => spool.streamStretch({ start: Math.max(start, 0), length })));
    return rows;
  }

  return {
    add,
    addBytes(entry, bytes) {
      parts.push({ entry, byteLength: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
      return zip.addBytes(entry, bytes);
    },
    async addStudy(inSources) {
      const trail = await findArchivedTrail(trx);
      if (!trail) throw new Error('an archive is made for a present lead alone');
      const tables: ArchivedTable[] = [];
      const listed = (await listStudyTables(trx)).filter(({ name }) => !(name in LEFT_OUT));
      for (const { name, columns } of [{ name: STUDY, columns: await listStudyColumns(trx) }, ...listed]) {
        const entry = tableEntry(name);
        tables.push({ name, entry, rows: await addRows(entry, listArchivedRows(trx, name)), columns });
      }
      const people = await addRows(PEOPLE, listArchivedPeople(trx));
      await spool.close();
      for (const addOne of written) addOne();
      const stored = new Map([...inSources].map(([entry, storedName]) => [storedName, `sources/${entry}`]));
      const files = (await listAttachedFiles(trx)).map((storedName) => ({
        storedName,
        entry: stored.get(storedName) ?? fileEntry(storedName),
      }));
      for (const { storedName, entry } of files)
        if (!stored.has(storedName))
          add(entry, async () => createReadStream(path.join(order.uploadsFolder, storedName)));
      const { changedAt, ...archivedTrail } = trail;
      const said: Omit<Manifest, 'parts'> = {
        kind: KIND,
        about: ABOUT,
        format: FORMAT,
        program: { ...PROGRAM, schema: await newestMigration() },
        origin: await originOf(trx, order.installation, trail.links),
        study: { id: actor.studyId, name: actor.studyName },
        changedAt,
        trail: archivedTrail,
        counts: { ...Object.fromEntries(tables.map(({ name, rows }) => [name, rows])), people, files: files.length },
        tables,
        files,
        leftOut: [...NEVER_IN, ...Object.entries(LEFT_OUT).map(([name, why]) => `${name}: ${why}`)],
      };
      // Its turn comes last, when every other part has been measured.
      zip.add(MANIFEST, async () => {
        const sorted = parts.toSorted((a, b) => (a.entry < b.entry ? -1 : 1));
        return Readable.from([Buffer.from(`${JSON.stringify({ ...said, parts: sorted }, null, 1)}\n`)]);
      });
      return said.counts;
    },
    remove: () => spool.remove(),
  };
}

/** Where rows lie while `file` is made. */
export const rowsOf = (file: string): string => `${file}.rows`;

/** The newest migration of this program: what the tables of its archives look like. */
async function newestMigration(): Promise<string> {
  return (await readdir(MIGRATIONS_FOLDER))
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .at(-1)!;
}

// A study that was restored and in which nothing has happened since is still as the other installation left it.
async function originOf(trx: Transaction, installation: string, links: number): Promise<Origin> {
  const restored = await findRestored(trx);
  if (!restored) return { installation, before: [] };
  if (links <= restored.links) return restored.origin;
  const { origin } = restored;
  return { installation, before: [...origin.before, { installation: origin.installation, links: restored.links }] };
}
