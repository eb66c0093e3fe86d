import path from 'node:path';
import { expect } from '@jest/globals';
import type { Actor } from '../../server/database/connection.ts';
import { inStudy } from '../../server/database/connection.ts';
import { checkProject } from '../../server/exchange/export/check-service.ts';
import { exportProject, type ExportOrder } from '../../server/exchange/export/project-export-service.ts';
import { importProject } from '../../server/exchange/import/import-service.ts';
import { previewProject } from '../../server/exchange/import/preview-service.ts';
import { STANDARD } from '../../server/exchange/refi/profile.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { newId } from '../../server/shared/ids.ts';
import { aPerson } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

export const LIMIT = 500 * 1024 * 1024;
export const HERE = 'https://notes.example';
export const silent = async (): Promise<void> => {};

/** Imports a file as a new study, as the page does. */
export async function importFile(t: TestApp, file: string, given: { profileKey?: string } = {}) {
  const person = await aPerson(t.owner);
  const previewed = await previewProject(file, LIMIT, silent);
  const studyId = newId();
  const order = {
    importId: newId(),
    person,
    file,
    fileName: path.basename(file),
    sha256: 'a'.repeat(64),
    byteLength: 1,
    studyId,
    studyName: previewed.preview.name || 'Imported',
    profileKey: given.profileKey ?? previewed.preview.profile.key,
    uploadsFolder: t.config.uploadsFolder,
    limit: LIMIT,
  };
  const report = await importProject(t.database.db, order, previewed, silent);
  return { studyId, person, preview: previewed.preview, report };
}

/** Whoever leads the study, as an actor. */
export async function leadOf(t: TestApp, studyId: string): Promise<Actor> {
  const row = await t
    .owner('memberships')
    .join('studies', 'studies.id', 'memberships.study_id')
    .where({ study_id: studyId, role: 'lead' })
    .first('memberships.*', 'studies.name as study_name', 'studies.time_zone');
  return {
    personId: row.person_id,
    membershipId: row.id,
    studyId,
    studyName: row.study_name,
    timeZone: row.time_zone,
    name: row.name,
    role: 'lead',
    agencyId: null,
  };
}

export async function exportStudy(
  t: TestApp,
  studyId: string,
  format: ExportOrder['format'] = 'qdpx',
  installation = HERE,
) {
  const actor = await leadOf(t, studyId);
  const file = path.join(t.config.uploadsFolder, `${newId()}.qdpx`);
  const order = { id: newId(), format, uploadsFolder: t.config.uploadsFolder, installation, file };
  const result = await inStudy(t.database.db, actor, (trx) => exportProject(trx, actor, order), {
    snapshot: true,
  });
  return { file, ...result };
}

/** What the study's own file says, once it has passed its check. */
export async function exportedXml(t: TestApp, studyId: string): Promise<string> {
  const { file } = await exportStudy(t, studyId);
  expect(await checkProject(file, STANDARD, LIMIT)).toEqual([]);
  const archive = await openArchive(file, { total: LIMIT });
  const xml = (await archive.readWhole(archive.project, LIMIT)).toString('utf8');
  archive.close();
  return xml;
}
