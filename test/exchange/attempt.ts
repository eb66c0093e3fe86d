import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failureSentence } from '../../server/exchange/failure-service.ts';
import { importProject } from '../../server/exchange/import/import-service.ts';
import { previewProject } from '../../server/exchange/import/preview-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aPerson } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';
import { LIMIT, silent } from './support.ts';

const TABLES =
  'people studies memberships agencies phases visits notes note_revisions note_paragraphs note_search themes codings memos attachments exchange_origins exchange_sources import_reports events'.split(
    ' ',
  );

/** How many rows and files there are, of every kind that an import makes. */
export async function whatThereIs(t: TestApp): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const { rows } = await t.owner.raw(`select ${counts.join(', ')}`);
  const files = await readdir(t.config.uploadsFolder, { recursive: true });
  return { ...rows[0], files: files.length };
}

type Settled = { refused: string; left: Record<string, number> } | ({ refused?: undefined } & Imported);
export type Imported = {
  studyId: string;
  preview: Awaited<ReturnType<typeof previewProject>>['preview'];
  /** Every remark made before and during the import, as "kind: sentence". */
  said: string[];
};

/** Reads a file and imports it. Where that is refused: the sentence, and what it left behind (nothing is {}). */
export async function attempt(t: TestApp, bytes: Buffer, given: { profileKey?: string; limit?: number } = {}) {
  const person = await aPerson(t.owner);
  const before = await whatThereIs(t);
  const file = path.join(t.config.uploadsFolder, `${newId()}.import`);
  await writeFile(file, bytes);
  let settled: Settled;
  try {
    const limit = given.limit ?? LIMIT;
    const previewed = await previewProject(file, limit, silent);
    const studyId = newId();
    const order = {
      importId: newId(),
      person,
      file,
      fileName: 'project.qdpx',
      sha256: 'a'.repeat(64),
      byteLength: bytes.length,
      studyId,
      studyName: 'Imported',
      profileKey: given.profileKey ?? previewed.preview.profile.key,
      uploadsFolder: t.config.uploadsFolder,
      limit,
    };
    const { remarks } = await importProject(t.database.db, order, previewed, silent);
    const said = [...previewed.preview.remarks, ...remarks].map(({ kind, sentence }) => `${kind}: ${sentence}`);
    settled = { studyId, preview: previewed.preview, said };
  } catch (error) {
    settled = {
      refused: failureSentence(error, (fault) => {
        if (process.env.SHOW_FAULTS) console.error(fault);
      }),
      left: {},
    };
  } finally {
    await rm(file);
  }
  if (settled.refused !== undefined) {
    const after = await whatThereIs(t);
    for (const [what, count] of Object.entries(after))
      if (count !== before[what]) settled.left[what] = count - before[what]!;
  }
  return settled;
}

/** The same for a file that must come in. */
export async function imported(t: TestApp, bytes: Buffer, given: { profileKey?: string } = {}): Promise<Imported> {
  const settled = await attempt(t, bytes, given);
  if (settled.refused !== undefined) throw new Error(settled.refused);
  return settled;
}

/** The codings of a study as they read: theme, quote, coder. */
export async function codingsOf(
  t: TestApp,
  studyId: string,
): Promise<{ theme: string; quote: string; coder: string }[]> {
  return t
    .owner('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.study_id', studyId)
    .orderBy(['codings.note_id', 'codings.start_position', 'codings.end_position', 'themes.name'])
    .select({ theme: 'themes.name', quote: 'codings.quote', coder: 'memberships.name' });
}
