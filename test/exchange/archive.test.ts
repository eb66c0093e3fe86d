import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { LEFT_OUT } from '../../server/exchange/archive/manifest.ts';
import { aPerson } from '../support/builders.ts';
import { aStudyWithEverything } from '../support/study-with-everything.ts';
import { type TestApp, useTestApp } from '../support/test-app.ts';
import { archiveOf, partsOf, restoreFile, writeAttachedFiles } from './archive-support.ts';

const here = useTestApp();
const there = useTestApp();

async function studyTables(owner: Knex): Promise<string[]> {
  const { rows } = await owner.raw<{ rows: { name: string }[] }>(`
    select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and column_name = 'study_id' and table_type = 'BASE TABLE' order by 1`);
  return rows.map(({ name }) => name);
}

/** Every row of every table of the study, as text. */
async function rowsOf(t: TestApp, studyId: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const name of await studyTables(t.owner)) {
    const { rows } = await t.owner.raw<{ rows: { row: string }[] }>(
      `select row::text as row from ${name} as row where study_id = ? order by 1`,
      [studyId],
    );
    found[name] = rows.map(({ row }) => row);
  }
  const { rows } = await t.owner.raw<{ rows: { row: string }[] }>(
    'select row::text as row from studies as row where id = ?',
    [studyId],
  );
  return { ...found, studies: rows.map(({ row }) => row) };
}

describe('an archive', () => {
  test('restores a study byte for byte in another installation, and is the same bytes there · when nothing changed', async () => {
    const { study } = await aStudyWithEverything(here);
    const files = await writeAttachedFiles(here, study.id);
    const before = await rowsOf(here, study.id);
    // Every table holds something, or its restoring would not be tried.
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);

    const archive = await archiveOf(here, study.id);
    expect((await archiveOf(here, study.id)).sha256).toBe(archive.sha256);

    const administrator = await aPerson(there.owner, { isAdministrator: true });
    expect(await restoreFile(there, administrator, archive)).toBe(study.id);

    const after = await rowsOf(there, study.id);
    const tokens = await here
      .owner('invitations')
      .where({ study_id: study.id })
      .select<{ id: string; token_digest: string }[]>('id', 'token_digest');
    const withoutTokens = (rows: string[]) =>
      tokens.reduce(
        (lines, { id, token_digest }) => lines.map((line) => line.replace(token_digest, `not in archives: ${id}`)),
        rows.map((row) => row.replaceAll('"', '')),
      );
    for (const [name, rows] of Object.entries(before)) {
      if (name in LEFT_OUT) continue;
      if (name === 'invitations') expect(withoutTokens(after[name]!)).toEqual(withoutTokens(rows));
      else expect([name, after[name]]).toEqual([name, rows]);
    }
    for (const { storedName, bytes } of files)
      expect(await readFile(path.join(there.config.uploadsFolder, storedName))).toEqual(bytes);

    const again = await archiveOf(there, study.id);
    expect(await partsOf(again.file)).toEqual(await partsOf(archive.file));
    expect(again.sha256).toBe(archive.sha256);
  });
});
