import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeBackup } from '../../server/backup/backup-service.ts';
import { restoreBackup } from '../../server/backup/restore-service.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { allFiles, allRows, anEmptyInstallation, type Installation } from './an-installation.ts';

const t = useTestApp();
const KEY = 'correct horse battery staple';
const SENTENCE =
  /^The backup is (damaged|cut off)|^This file is no backup|^The backup does not open with this BACKUP_KEY/;
let folder: string;
let empty: Installation;
let plain: Buffer;
let sealed: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-backups-'));
  const cast = await aFullStudy(t.owner);
  // Several pieces of the encryption and of the archive.
  for (const seed of [1, 2])
    await aNote(t.owner, cast.study.id, {
      visitId: cast.visit.id,
      by: cast.researcher.membershipId,
      body: Array.from({ length: 40_000 }, (_, at) => `${Math.sin(at * seed)}`).join(' '),
    });
  const source = { url: t.url, uploadsFolder: t.config.uploadsFolder, productVersion: '1.0.0' };
  await makeBackup({ ...source, key: undefined }, path.join(folder, 'plain'));
  await makeBackup({ ...source, key: KEY }, path.join(folder, 'sealed'));
  plain = await readFile(path.join(folder, 'plain'));
  sealed = await readFile(path.join(folder, 'sealed'));
  expect(sealed.length).toBeGreaterThan(5 * 65_552);
}, 60_000);
beforeEach(async () => {
  empty ??= await anEmptyInstallation();
});
afterAll(async () => {
  await empty.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The sentence that refuses `bytes`. Throws when they are restored, and when anything was touched. */
async function refusal(bytes: Buffer, key?: string): Promise<string> {
  const file = path.join(folder, 'given');
  await writeFile(file, bytes);
  const error = await restoreBackup({ ...empty.target, key }, file).then(
    () => new Error('it was restored'),
    (given: unknown) => given as Error,
  );
  expect(await allRows(empty.url)).toEqual({});
  expect(await allFiles(empty.uploadsFolder)).toEqual({});
  expect([error.name, error.message]).toEqual(['StartError', expect.any(String)]);
  return error.message;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other[at]! ^= 1;
  return other;
}

// Positions all through the file, the same at every run; the first ten bytes of gzip say nothing about its content.
const through = (bytes: Buffer, count: number): number[] =>
  Array.from({ length: count }, (_, index) => 10 + Math.floor(((bytes.length - 11) * index) / (count - 1)));

/** An archive with `change` made to its unpacked bytes, and packed again as its own checks ask. */
function repacked(change: (tar: Buffer) => void): Buffer {
  const archive = gunzipSync(plain);
  change(archive);
  return gzipSync(archive);
}

describe('a restore refuses in a sentence and touches nothing', () => {
  test('when the file is cut off anywhere', async () => {
    for (const at of through(plain, 25).slice(0, -1)) expect(await refusal(plain.subarray(0, at))).toMatch(SENTENCE);
    for (const at of [0, 1, 30, 31, 60, 65_606, 131_158, sealed.length - 1])
      expect(await refusal(sealed.subarray(0, at), KEY)).toMatch(SENTENCE);
  }, 60_000);

  test('when a bit of it is other than it was', async () => {
    for (const at of through(plain, 25)) expect(await refusal(flipped(plain, at))).toMatch(SENTENCE);
    for (const at of through(sealed, 25)) expect(await refusal(flipped(sealed, at), KEY)).toMatch(SENTENCE);
  }, 60_000);

  test('when pieces of an encrypted one were exchanged', async () => {
    const [head, piece] = [54, 65_552];
    const other = Buffer.from(sealed);
    sealed.copy(other, head, head + piece, head + 2 * piece);
    sealed.copy(other, head + piece, head, head + piece);
    expect(await refusal(other, KEY)).toMatch(SENTENCE);
  });

  test('when a value was changed with care, so that the archive itself is in order', async () => {
    const changed = repacked((tar) => {
      const at = tar.indexOf('0.8414709848078965');
      expect(at).toBeGreaterThan(0);
      tar.write('0.8414709848078966', at);
    });
    expect(await refusal(changed)).toBe(
      'The backup is damaged or was changed after it was made. Nothing was changed here.',
    );
  });

  test('when an entry leads out of the folder', async () => {
    const name = 'tables/people/000000';
    const changed = repacked((tar) => {
      const at = tar.indexOf(name);
      tar.write('../../../people/0000', at);
      // tar's own sum over its header.
      const header = tar.subarray(at, at + 512);
      header.fill(' ', 148, 156);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    });
    expect(await refusal(changed)).toMatch(/^The backup is damaged or was changed/);
  });

  test.each([
    ['is empty', Buffer.alloc(0)],
    ['is a text', Buffer.from('Shopping: tea, biscuits')],
    ['is a ZIP archive', Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64')],
    ['is something else compressed', gzipSync('Shopping: tea, biscuits')],
  ])('when it %s', async (_what, bytes) => {
    expect(await refusal(bytes)).toMatch(/^This file is no backup of this program|^The backup is (damaged|cut off)/);
  });

  test('when there is no such file', async () => {
    await expect(restoreBackup(empty.target, path.join(folder, 'nowhere'))).rejects.toThrow(
      /cannot be read \(ENOENT\)/,
    );
    await expect(restoreBackup(empty.target, folder)).rejects.toThrow(/^The file .+ cannot be read \(EISDIR\)\.$/);
  });

  test('when it was made by a newer version', async () => {
    const format = repacked((tar) => void tar.write('"format": 9', tar.indexOf('"format": 1')));
    expect(await refusal(format)).toMatch(/^This backup was made by a newer version/);
    const migration = repacked((tar) => {
      const from = '20261125000800_create_saved_queries.ts';
      for (let at = tar.indexOf(from); at >= 0; at = tar.indexOf(from, at + 1)) tar.write('29', at);
    });
    expect(await refusal(migration)).toMatch(/^This backup was made by a newer version of the program \(1\.0\.0\)/);
  });

  test('when it is encrypted and the key is missing or another', async () => {
    expect(await refusal(sealed)).toBe('This backup is encrypted. Set BACKUP_KEY to the key that it was made with.');
    expect(await refusal(sealed, 'another key, long enough')).toMatch(/^The backup does not open with this BACKUP_KEY/);
  });
});

describe('an encrypted backup', () => {
  test('opens with its key and gives every row back', async () => {
    const other = await anEmptyInstallation({ key: KEY });
    await restoreBackup(other.target, path.join(folder, 'sealed'));
    const leftOut = ['sessions', 'account_links', 'sign_in_limits'];
    expect(await allRows(other.url, leftOut)).toEqual(await allRows(t.url, leftOut));
    await other.drop();
  }, 60_000);
});
