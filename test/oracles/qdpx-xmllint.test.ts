import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { inStudy } from '../../server/database/connection.ts';
import { exportCodebook } from '../../server/exchange/export/codebook-export-service.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { exportStudy, leadOf, LIMIT } from '../exchange/support.ts';
import { useTestApp } from '../support/test-app.ts';
import { askProgram, aStudyHardToCount, haveSchemas, REFI } from './support.ts';

const t = useTestApp();
let studyId: string;
beforeAll(async () => {
  studyId = (await aStudyHardToCount(t.owner)).study.id;
}, 60_000);

/** xmllint says on its standard error that a file validates, and ends with another code when it does not. */
async function validate(schema: string, file: string): Promise<string> {
  return askProgram('xmllint', ['--stream', '--noout', '--schema', path.join(REFI, 'xsd', schema), file]);
}

test.each(['qdpx', 'qdpx-nvivo'] as const)('the project of a .qdpx is valid for xmllint · as %s', async (format) => {
  if (!haveSchemas()) return;
  const { file } = await exportStudy(t, studyId, format);
  const archive = await openArchive(file, { total: LIMIT });
  const project = `${file}.xml`;
  await writeFile(project, await archive.readWhole(archive.project, LIMIT));
  archive.close();
  expect(await validate('Project-mrt2019.xsd', project)).toBe('');
  // Seen to be looked at: the same without the name that a project must have.
  const whole = await readFile(project, 'utf8');
  await writeFile(project, whole.replace(/(<Project [^>]*) name="[^"]*"/, '$1'));
  await expect(validate('Project-mrt2019.xsd', project)).rejects.toThrow(/attribute 'name' is required/);
  await rm(file);
  await rm(project);
});

test('a .qdc is valid for xmllint', async () => {
  if (!haveSchemas()) return;
  const actor = await leadOf(t, studyId);
  const file = path.join(t.config.uploadsFolder, 'codebook.qdc');
  await inStudy(t.database.db, actor, (trx) => exportCodebook(trx, { format: 'qdc', file }));
  expect(await validate('Codebook-mrt2019.xsd', file)).toBe('');
});
