import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { sweepForgottenImports } from '../../server/imports/forgotten-imports-service.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { aProjectImport } from '../support/exchange-builders.ts';
import { aCodebookImport, aNoteImport } from '../support/import-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('what nobody confirms within 14 days is removed with its files, and the trail says so; the page tells when', async () => {
  const cast = await aFullStudy(t.owner);
  const { study, researcher } = cast;
  await t.owner('people').where({ id: researcher.id }).update({ is_administrator: true });
  const [old, fresh] = [
    await aNoteImport(t.owner, study.id, { by: researcher.membershipId }),
    await aNoteImport(t.owner, study.id, { by: researcher.membershipId }),
  ];
  const codebook = await aCodebookImport(t.owner, study.id, { by: researcher.membershipId });
  const project = await aProjectImport(t.owner, { personId: researcher.id });
  const at = (date: string) => ({ started_at: new Date(date) });
  await t.owner('note_imports').where({ id: old.id }).update(at('2026-11-01T12:00:00Z'));
  await t.owner('note_imports').where({ id: fresh.id }).update(at('2026-11-02T12:00:00Z'));
  await t.owner('codebook_imports').where({ id: codebook.id }).update(at('2026-11-01T12:00:00Z'));
  await t
    .owner('project_imports')
    .where({ id: project.id })
    .update({ created_at: new Date('2026-11-01T12:00:00Z'), state: 'ready', failure: null });
  const stored: string[] = await t.owner('note_import_files').orderBy('document_id').pluck('stored_name');
  stored.push(...(await t.owner('project_imports').where({ id: project.id }).pluck('stored_name')));
  for (const name of stored) await writeFile(path.join(t.config.uploadsFolder, name), 'bytes');
  const session = await BrowserSession.as(t.app, researcher);
  const waits = async (page: string) =>
    cheerio
      .load((await session.get(page)).text)('.app-waits')
      .text();
  const told = 'It waits until 15 November 2026. If nobody confirms it by then, it is removed with its files.';
  expect(await waits(`${study.path}/imports/${old.id}`)).toBe(told);
  expect(await waits(`${study.path}/codebook/imports/${codebook.id}`)).toBe(told);
  expect(await waits(`/imports/${project.id}`)).toBe(told);

  await sweepForgottenImports(t.owner, t.config.uploadsFolder, new Date('2026-11-15T12:00:01Z'));

  const states = await t.owner('note_imports').where({ study_id: study.id }).orderBy('started_at').pluck('state');
  expect(states).toEqual(['dropped', 'ready']);
  expect(await t.owner('note_import_documents').where({ study_id: study.id }).pluck('import_id')).toEqual([fresh.id]);
  expect(await t.owner('codebook_imports').where({ id: codebook.id }).first('state', 'themes')).toEqual({
    state: 'dropped',
    themes: [],
  });
  expect(await t.owner('project_imports').where({ id: project.id }).first('state')).toEqual({ state: 'failed' });
  const left = await readdir(t.config.uploadsFolder);
  const kept = await t.owner('note_import_files').pluck('stored_name');
  expect(stored.filter((name) => left.includes(name))).toEqual(kept);
  expect(kept).toHaveLength(1);
  const events = await t.owner('events').whereLike('kind', '%.expired').orderBy('kind').select('kind', 'subject_id');
  expect(events).toEqual([
    { kind: 'codebook-import.expired', subject_id: codebook.id },
    { kind: 'import.expired', subject_id: old.id },
    { kind: 'project-import.expired', subject_id: project.id },
  ]);
  expect((await session.get(`${study.path}/imports/${old.id}`)).text).toContain(
    'It waited 14 days and nobody confirmed it',
  );
  await sweepForgottenImports(t.owner, t.config.uploadsFolder, new Date('2026-11-15T12:00:01Z'));
  expect(await t.owner('events').whereLike('kind', '%.expired')).toHaveLength(3);
});
