import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { archiveFaults } from '../../server/exchange/archive/reading-service.ts';
import { MANIFEST } from '../../server/exchange/archive/manifest.ts';
import { refuseFaulty } from '../../server/exchange/export/check-service.ts';
import { openPassingCheck } from '../../server/exchange/export/passing-check-service.ts';
import { STANDARD } from '../../server/exchange/refi/profile.ts';
import { LIMIT } from './support.ts';
import { zipBytes } from './zip-bytes.ts';

// A large project is checked in a second thread while it is written, and its file is compared with what passed.

const TEXT = 'Sam held the door 👋🏽.';
const [CODE, SOURCE, SELECTION, CODING] = ['1', '2', '3', '4'].map(
  (digit) => `00000000-0000-4000-8000-00000000000${digit}`,
);
const projectWith = ({ end = '17', target = CODE } = {}): string =>
  `<Project xmlns="urn:QDA-XML:project:1.0" name="Quiet corners">
<CodeBook><Codes><Code guid="${CODE}" name="Welcome" isCodable="true"/></Codes></CodeBook>
<Sources><TextSource guid="${SOURCE}" name="Cafe" plainTextPath="internal://a.txt">
<PlainTextSelection guid="${SELECTION}" name="Sam held the door" startPosition="0" endPosition="${end}">
<Coding guid="${CODING}"><CodeRef targetGUID="${target}"/></Coding></PlainTextSelection>
</TextSource></Sources></Project>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'passing-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(project: string, files: Record<string, string> = { 'sources/a.txt': TEXT }): Promise<string> {
  const file = path.join(folder, 'a.qdpx');
  const entries = Object.entries({ 'project.qde': project, ...files });
  await writeFile(file, zipBytes(entries.map(([name, data]) => ({ name, data }))));
  return file;
}

/** What the thread finds wrong with the file, `passed` having passed in pieces that know nothing of characters. */
async function faultsOf(passed: string, file: string): Promise<string[] | undefined> {
  const check = openPassingCheck({ profile: STANDARD, limit: LIMIT }, 0);
  try {
    const bytes = Buffer.from(passed);
    for (let at = 0; at < bytes.length; at += 100) await check.pass(bytes.subarray(at, at + 100));
    return await check.finish(file);
  } finally {
    await check.close();
  }
}

describe('a project that is checked while it is written', () => {
  test('passes · where its file holds what passed, and every position is in its text', async () => {
    expect(await faultsOf(projectWith(), await fileOf(projectWith()))).toEqual([]);
    expect(await faultsOf(projectWith({ end: '21' }), await fileOf(projectWith({ end: '21' })))).toEqual([]);
  });

  test('does not pass · where the file holds another project than the one that passed', async () => {
    const file = await fileOf(projectWith({ end: '16' }));
    expect(await faultsOf(projectWith(), file)).toEqual(['the project is not the one that was written']);
  });

  test('does not pass · with a position outside its text, a reference to nothing, a text that is missing or too many', async () => {
    const outside = projectWith({ end: '22' });
    expect((await faultsOf(outside, await fileOf(outside)))?.join()).toContain('is outside');
    const dangling = projectWith({ target: '00000000-0000-4000-8000-000000000009' });
    expect((await faultsOf(dangling, await fileOf(dangling)))?.join()).toContain('which is not in the file');
    expect((await faultsOf(projectWith(), await fileOf(projectWith(), {})))?.join()).toContain('a.txt is not there');
    const more = { 'sources/a.txt': TEXT, 'sources/b.txt': TEXT };
    expect((await faultsOf(projectWith(), await fileOf(projectWith(), more)))?.join()).toContain('nothing refers to');
  });

  test('is looked at in the other way · where the thread ends before its time, or the project is small', async () => {
    expect(await faultsOf(projectWith().slice(0, -20), await fileOf(projectWith()))).toBeUndefined();
    const small = openPassingCheck({ profile: STANDARD, limit: LIMIT });
    await small.pass(Buffer.from(projectWith()));
    expect(await small.finish('nowhere')).toBeUndefined();
    await expect(refuseFaulty(await fileOf(projectWith({ end: '22' })), 'qdpx', 'it', small)).rejects.toThrow(
      `it did not pass its check: the selection ${SELECTION} of ${SOURCE} is outside`,
    );
    await expect(refuseFaulty(await fileOf(projectWith()), 'qdpx', 'it', small)).resolves.toBeUndefined();
  });

  test('does not leave · whatever the thread found, even where a second look finds nothing', async () => {
    const check = openPassingCheck({ profile: STANDARD, limit: LIMIT }, 0);
    await check.pass(Buffer.from(projectWith()));
    const file = await fileOf(projectWith({ end: '16' }));
    await expect(refuseFaulty(file, 'qdpx', 'it', check)).rejects.toThrow('not the one that was written');
    await check.close();
  });
});

test('an archive of more than 100,000 files is checked like any other', async () => {
  const file = path.join(folder, 'many.qdpx');
  const names = Array.from({ length: 100_001 }, (_, index) => `sources/${index}.txt`);
  const entries = ['project.qde', MANIFEST, ...names].map((name) => ({ name, data: '{}', method: 0 }));
  await writeFile(file, zipBytes(entries));
  expect(await archiveFaults(file, LIMIT)).toEqual([expect.stringContaining('was not written by this program')]);
});
