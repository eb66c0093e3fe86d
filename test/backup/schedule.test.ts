import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { verifyBackup } from '../../server/backup/verification-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { queryOnce } from '../support/query-once.ts';
import { useTestApp } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import { allRows, anEmptyInstallation } from './an-installation.ts';

describe('BACKUP_AT', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  const running: Program[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const program of running.splice(0)) await program.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => ({
    DATABASE_URL: database.url,
    DATA_FOLDER: path.join(folder, 'data'),
    UPLOADS_FOLDER: path.join(folder, 'uploads'),
    BACKUP_FOLDER: path.join(folder, 'backups'),
    BACKUP_AT: '22:30',
    BACKUP_KEEP: '2',
    BACKUP_KEY: 'a key for tests that is long enough',
  });
  function start(env: Record<string, string> = {}): Program {
    const program = new Program({ env: { ...environment(), ...env } });
    running.push(program);
    return program;
  }
  const records = () =>
    queryOnce<{ scheduled: boolean; failure: string | null; encrypted: boolean | null }>(
      database.url,
      'select scheduled, failure, encrypted from backups order by id',
    );

  test('makes the one that is due, once for all processes, and keeps the newest · when two programs run', async () => {
    const env = environment();
    await mkdir(env.BACKUP_FOLDER);
    const old = ['fieldnotes-20110101T223000Z.backup', 'fieldnotes-20110102T223000Z.backup'];
    for (const name of [...old, 'somebodys-own.backup']) await writeFile(path.join(env.BACKUP_FOLDER, name), '');
    const both = [start(), start()];
    for (const program of both) await program.address();
    await until(async () => (await records()).length > 0);
    // The old one goes once the new one is there.
    await until(async () => !(await readdir(env.BACKUP_FOLDER)).includes(old[0]!));
    for (const program of both) expect(await program.stop()).toBe(0);
    expect(await records()).toEqual([{ scheduled: true, failure: null, encrypted: true }]);
    const names = (await readdir(env.BACKUP_FOLDER)).filter((name) => !name.endsWith('.part')).toSorted();
    expect(names).toEqual([
      old[1],
      expect.stringMatching(/^fieldnotes-20\d{6}T\d{6}Z\.backup$/),
      'somebodys-own.backup',
    ]);
    await verifyBackup(path.join(env.BACKUP_FOLDER, names[1]!), env.BACKUP_KEY);
    const [event] = await queryOnce(database.url, `select kind, after from events where kind like 'backup.%'`);
    expect(event).toMatchObject({ kind: 'backup.made', after: { encrypted: true, files: 0 } });
  }, 90_000);

  test('puts the failure down in words · when the folder cannot be written', async () => {
    const place = path.join(folder, 'a-file');
    await writeFile(place, '');
    const program = start({ BACKUP_FOLDER: path.join(place, 'below') });
    await program.address();
    await until(async () => (await records()).length > 0);
    expect(await records()).toEqual([
      { scheduled: true, failure: 'The folder for backups is not there.', encrypted: null },
    ]);
  }, 90_000);
});

describe('npm run backup and npm run restore', () => {
  const t = useTestApp();

  test('make one file and put it back', async () => {
    await aFullStudy(t.owner);
    const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
    const env = { DATABASE_URL: t.url, UPLOADS_FOLDER: t.config.uploadsFolder, BACKUP_FOLDER: folder };
    const file = path.join(folder, 'one.backup');
    const run = async (script: string, args: string[], given: Record<string, string>) => {
      const program = new Program({ env: given, script, args });
      return { code: await program.ended(), said: program.output.trim() };
    };
    const made = await run('server/make-backup.ts', [file], env);
    expect(made).toEqual({
      code: 0,
      said: expect.stringMatching(/^Backed up \d+ rows and 0 files to .+\nIt is not encrypted/),
    });
    const again = await run('server/make-backup.ts', [file], env);
    expect(again).toEqual({
      code: 1,
      said: expect.stringMatching(/^There is a file .+ already\. Choose another name/),
    });
    const empty = await anEmptyInstallation();
    await writeFile(path.join(folder, 'erasures.jsonl'), 'nonsense\n');
    const there = { DATABASE_URL: empty.url, UPLOADS_FOLDER: empty.uploadsFolder };
    const refused = await run('server/restore-backup.ts', [file], there);
    expect(refused).toEqual({ code: 1, said: expect.stringMatching(/^Line 1 of .+ is no record of an erasure/) });
    expect(await allRows(empty.url)).toEqual({});
    await rm(path.join(folder, 'erasures.jsonl'));
    const restored = await run('server/restore-backup.ts', [file], there);
    expect(restored).toEqual({
      code: 0,
      said: expect.stringMatching(/^Restored what was backed up at .+Start the program/s),
    });
    const people = async (url: string) => (await allRows(url)).people;
    expect(await people(empty.url)).toEqual(await people(t.url));
    await empty.drop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);
});

describe('GET …/backups', () => {
  const t = useTestApp({ BACKUP_AT: '22:30' });

  test('says when the last good one was made, what failed, and warns on it and at home · when it is overdue', async () => {
    const { study, lead, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    const place = `${study.path}/backups`;
    const warning = async (page: string) =>
      (await session.page(page))('.govuk-warning-text').text().replaceAll(/\s+/g, ' ');
    expect(await warning(place)).toContain('No backup has been made yet. Tell whoever runs this service');
    expect(await warning(study.path)).toContain('There is no fresh backup of this study.');
    const record = (hoursAgo: number, more: object) =>
      t.owner('backups').insert({
        id: newId(),
        begun_at: new Date(Date.now() - hoursAgo * 3_600_000),
        scheduled: true,
        ...more,
      });
    await record(30, {
      file_name: 'x',
      byte_length: 12_345_678,
      row_count: 1234,
      file_count: 5,
      faulty_files: 1,
      encrypted: true,
    });
    await record(5, { failure: 'The disk is full.' });
    expect(await warning(place)).toContain('The last good backup is too old.');
    const $ = await session.page(place);
    const cells = $('tbody tr')
      .map((_, row) => $(row).text().replaceAll(/\s+/g, ' ').trim())
      .get();
    expect(cells).toEqual([
      expect.stringMatching(/By itself Not made The disk is full\.$/),
      expect.stringMatching(
        /Good 1,234 records and 5 files, 12\.3 MB, encrypted Look after this 1 of the files kept with notes are lost or damaged$/,
      ),
    ]);
    await record(1, { file_name: 'y', byte_length: 1, row_count: 1, file_count: 0, faulty_files: 0, encrypted: false });
    expect([await warning(place), await warning(study.path)]).toEqual(['', '']);
    const other = await BrowserSession.as(t.app, researcher);
    expect((await other.page(study.path))('a[href$="/backups"]')).toHaveLength(0);
  });
});
