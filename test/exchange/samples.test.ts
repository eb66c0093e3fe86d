import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { checkProject } from '../../server/exchange/export/check-service.ts';
import { STANDARD } from '../../server/exchange/refi/profile.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { useTestApp } from '../support/test-app.ts';
import { exportStudy, importFile, LIMIT } from './support.ts';

const t = useTestApp();

const REFI = process.env.REFI_FOLDER ?? '/work/shared/refi';
const SAMPLES = path.join(REFI, 'samples');

async function count(table: string, studyId: string): Promise<number> {
  const [row] = await t.owner(table).where({ study_id: studyId }).count<{ count: string }[]>({ count: '*' });
  return Number(row!.count);
}

async function projectOf(file: string): Promise<string> {
  const archive = await openArchive(file, { total: LIMIT });
  return (await archive.readWhole(archive.project, LIMIT)).toString('utf8');
}

function schemaFaults(xml: string): string[] {
  const schema = path.join(REFI, 'xsd/Project-mrt2019.xsd');
  const validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(schema)));
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    return (
      (error as { details?: { message: string; line: number }[] }).details?.map(
        ({ message, line }) => `${line}: ${message}`,
      ) ?? [String(error)]
    );
  } finally {
    document.dispose();
    validator.dispose();
  }
}

describe('the samples', () => {
  test.each([
    [
      'QualiLab_demo_artificial_stress_test.qdpx',
      { texts: 16, codes: 90, selections: 2332, codings: 2332, cases: 16, variables: 12, users: 7 },
    ],
    [
      'sky-loom-TestProject.qdpx',
      { texts: 6, documents: 2, pictures: 1, sounds: 1, videos: 2, codes: 14, selections: 15, codings: 16 },
    ],
    ['f4-valid-document.xml', { texts: 4, codes: 1, selections: 4, codings: 2, memos: 3 }],
    ['annex-a3-transana.xml', { texts: 6, pictures: 5, videos: 5 }],
  ])('import %s with its counts, and again after export', async (name, expected) => {
    if (!existsSync(path.join(SAMPLES, name))) {
      console.warn(`${name} is not here: not tried`);
      return;
    }
    const first = await importFile(t, path.join(SAMPLES, name));
    expect(first.preview.counts).toMatchObject(expected);
    expect(await count('codings', first.studyId)).toBe(first.preview.counts.codings);
    expect(await count('themes', first.studyId)).toBe(first.preview.counts.codes);

    const exported = await exportStudy(t, first.studyId);
    expect(await checkProject(exported.file, STANDARD, LIMIT)).toEqual([]);
    expect(schemaFaults(await projectOf(exported.file))).toEqual([]);
    expect((await exportStudy(t, first.studyId)).sha256).toBe(exported.sha256);

    const second = await importFile(t, exported.file);
    expect(second.preview.counts).toEqual(first.preview.counts);
    expect((await exportStudy(t, second.studyId)).sha256).toBe(exported.sha256);
  });
});
