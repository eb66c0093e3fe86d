import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { previewArchive } from '../../server/exchange/archive/archive-preview-service.ts';
import { restoreArchive } from '../../server/exchange/archive/restore-service.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import type { TestApp } from '../support/test-app.ts';
import { exportStudy, LIMIT, silent } from './support.ts';

/** Gives every attachment of the study a file, as its row says it has. */
export async function writeAttachedFiles(t: TestApp, studyId: string) {
  const rows = await t.owner('attachments').where({ study_id: studyId }).select('id', 'stored_name');
  return Promise.all(
    rows.map(async ({ id, stored_name: storedName }) => {
      const bytes = Buffer.from(`the bytes of ${id}`);
      await writeFile(path.join(t.config.uploadsFolder, storedName), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await t.owner('attachments').where({ id }).update({ sha256, byte_length: bytes.length });
      return { storedName, bytes };
    }),
  );
}

export const archiveOf = (t: TestApp, studyId: string) => exportStudy(t, studyId, 'archive');

/** Restores an archive as the page does. Returns the id of the study. */
export async function restoreFile(
  t: TestApp,
  person: { id: string },
  archive: { file: string; sha256: string; byteLength: number },
): Promise<string> {
  await previewArchive(t.database.db, archive.file, LIMIT, silent);
  const { file, sha256, byteLength } = archive;
  const order = { person, file, sha256, byteLength, uploadsFolder: t.config.uploadsFolder, limit: LIMIT };
  return restoreArchive(t.database.db, order, silent);
}

/** The parts of an archive as text, by their names. */
export async function partsOf(file: string): Promise<Record<string, string>> {
  const archive = await openArchive(file, { total: LIMIT });
  try {
    const parts: Record<string, string> = {};
    for (const [name, entry] of archive.entries) parts[name] = (await archive.readWhole(entry, LIMIT)).toString('utf8');
    return parts;
  } finally {
    archive.close();
  }
}
