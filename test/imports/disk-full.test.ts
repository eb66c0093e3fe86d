import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';
import { zipOf } from './documents.ts';
import { sendDocuments, settledPage } from './import-page.ts';

const t = useTestApp();
let folder: string;
let program: Program;
let cast: Awaited<ReturnType<typeof aFullStudy>>;
beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  // A disk of 2 MB that nobody but this program sees, and that goes away with it.
  program = new Program({
    env: { DATABASE_URL: t.url, DATA_FOLDER: path.join(folder, 'data'), UPLOADS_FOLDER: path.join(folder, 'small') },
    smallDisk: { folder: path.join(folder, 'small'), megabytes: 2 },
  });
  await program.address();
}, 60_000);
afterAll(async () => {
  await program.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a disk that fills up while documents are unpacked · nothing is left behind, the page says so, and what fits comes in after', async () => {
  const session = await BrowserSession.as(await program.address(), cast.researcher);
  const large = Object.fromEntries(
    ['one', 'two', 'three'].map((name) => [`${name}.txt`, Buffer.alloc(900_000, `ON: ${name}. `)]),
  );
  const refused = await sendDocuments(session, cast.study.path, [{ name: 'all.zip', bytes: await zipOf(large) }]);
  const page = await settledPage(session, `${cast.study.path}/imports/${refused.id}`);
  expect(page('main').text()).toContain('The disk is full, so nothing was kept.');
  expect(await t.owner('note_import_documents').where({ study_id: cast.study.id })).toEqual([]);
  expect(await t.owner('note_import_files').where({ study_id: cast.study.id })).toEqual([]);
  // Nothing of it takes up the room that is left: nearly all of the disk can be used again.
  const fits = await sendDocuments(session, cast.study.path, [
    { name: 'fits.txt', bytes: Buffer.alloc(1_500_000, 'ON: fits. ') },
  ]);
  const after = await settledPage(session, `${cast.study.path}/imports/${fits.id}`);
  expect(after('main').text()).toContain('1 document becomes a note.');
}, 90_000);
