import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { previewArchive } from '../../server/exchange/archive/archive-preview-service.ts';
import { type Manifest, MANIFEST } from '../../server/exchange/archive/manifest.ts';
import { restoreArchive } from '../../server/exchange/archive/restore-service.ts';
import { createZip } from '../../server/exchange/export/zip-writing.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';
import { exportStudy, LIMIT, silent } from './support.ts';

/** Gives every attachment of the study a file, as its row says it has. */
export async function writeAttachedFiles(t: TestApp, studyId: string) {
  const rows = await t.owner('attachments').where({ study_id: studyId }).select('id', 'stored_name');
  return Promise.all(
    rows.map(async ({ id, stored_name: storedName }) => {
      const bytes = Buffer.from(`the bytes of ${id}`);
      await writeFile(path.join(t.config.uploadsFolder, storedName), bytes);
      await t
        .owner('attachments')
        .where({ id })
        .update({ sha256: sha256(bytes), byte_length: bytes.length });
      return { storedName, bytes };
    }),
  );
}

export const archiveOf = (t: TestApp, studyId: string, installation?: string) =>
  exportStudy(t, studyId, 'archive', installation);

/** Restores an archive as the page does. Returns the id of the study. */
export async function restoreFile(
  t: TestApp,
  person: { id: string },
  archive: { file: string; sha256: string; byteLength: number },
): Promise<string> {
  await previewArchive(t.database.db, archive.file, LIMIT, silent);
  const { file, sha256, byteLength } = archive;
  const order = {
    importId: newId(),
    person,
    file,
    sha256,
    byteLength,
    uploadsFolder: t.config.uploadsFolder,
    limit: LIMIT,
  };
  return restoreArchive(t.database.db, order, silent);
}

/** What is in a ZIP, by the names of its entries. */
export async function binaryPartsOf(file: string): Promise<Record<string, Buffer>> {
  const archive = await openArchive(file, { total: LIMIT });
  try {
    const parts: Record<string, Buffer> = {};
    for (const [name, entry] of archive.entries) parts[name] = await archive.readWhole(entry, LIMIT);
    return parts;
  } finally {
    archive.close();
  }
}

/** The same as text. */
export async function partsOf(file: string): Promise<Record<string, string>> {
  const parts = Object.entries(await binaryPartsOf(file));
  return Object.fromEntries(parts.map(([name, bytes]) => [name, bytes.toString('utf8')]));
}

/** An archive with some of its parts changed. `resealed` corrects the list of its parts, as somebody with care would. */
export async function altered(
  t: TestApp,
  file: string,
  change: (parts: Record<string, string>) => void,
  { resealed = true }: { resealed?: boolean } = {},
) {
  const parts = await partsOf(file);
  change(parts);
  const given = parts[MANIFEST];
  if (resealed && given !== undefined) {
    const manifest = JSON.parse(given) as Manifest;
    manifest.parts = Object.entries(parts)
      .filter(([entry]) => entry !== MANIFEST)
      .map(([entry, text]) => ({ entry, byteLength: Buffer.byteLength(text), sha256: sha256(text) }));
    for (const table of manifest.tables) table.rows = (parts[table.entry]?.split('\n').length ?? 1) - 1;
    parts[MANIFEST] = JSON.stringify(manifest);
  }
  const bytes = await zipped(parts);
  const made = path.join(t.config.uploadsFolder, `${newId()}.qdpx`);
  await writeFile(made, bytes);
  return { file: made, sha256: sha256(bytes), byteLength: bytes.length };
}

export async function zipped(files: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = createZip();
  for (const [name, content] of Object.entries(files))
    zip.add(name, async () => Readable.from([Buffer.isBuffer(content) ? content : Buffer.from(content)]));
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.output) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
