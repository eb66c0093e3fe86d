import { spawn } from 'node:child_process';
import { access, chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { queryOnce } from '../support/query-once.ts';
import { until } from '../support/until.ts';

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ESRCH';
  }
}

describe('startEmbeddedServer', () => {
  let folder: string;
  let started: EmbeddedServer[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes données '));
    await chmod(folder, 0o755);
    started = [];
  });
  afterEach(async () => {
    for (const server of started) await server.release();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<EmbeddedServer> {
    const server = await startEmbeddedServer({ folder: path.join(folder, '.data'), say: () => {} });
    started.push(server);
    return server;
  }
  const pidFile = (server: EmbeddedServer): string => path.join(server.folder, 'data', 'postmaster.pid');
  const pidOf = async (server: EmbeddedServer): Promise<number> =>
    Number.parseInt(await readFile(pidFile(server), 'utf8'), 10);
  const read = (server: EmbeddedServer): Promise<{ word: string }[]> => queryOnce(server.url, 'select word from kept');
  const write = (server: EmbeddedServer): Promise<unknown[]> =>
    queryOnce(server.url, `create table kept as select 'Café' as word`);

  test('a second start · finds what the first has kept · when the server was stopped between them', async () => {
    const first = await start();
    await write(first);
    await first.release();
    const second = await start();
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(await read(second)).toEqual([{ word: 'Café' }]);
  });

  test('the database · is UTF8, and its user no superuser · when it is new', async () => {
    const rows = await queryOnce(
      (await start()).url,
      `select current_setting('server_encoding') as encoding, char_length('Café 👋🏽 ok') as length, 'É' = upper('é') as case_works,
              rolsuper as is_superuser, current_setting('fsync') as fsync from pg_roles where rolname = current_user`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', length: 10, case_works: true, is_superuser: false, fsync: 'on' }]);
  });

  test('five starts at once · share one server · when the folder is new', async () => {
    const servers = await Promise.all([start(), start(), start(), start(), start()]);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    expect(servers.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  test('release · stops the server · when nobody else uses it, and not before', async () => {
    const [first, second] = [await start(), await start()];
    const pid = await pidOf(first);
    await first.release();
    expect(await queryOnce(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.release();
    await expect(access(pidFile(second))).rejects.toThrow('ENOENT');
    // It removes its file a moment before it is gone.
    await until(() => isGone(pid));
  });

  test('the server · is started again at its address with all it had · when it is killed in use', async () => {
    const server = await start();
    await write(server);
    const pid = await pidOf(server);
    process.kill(pid, 'SIGKILL');
    await until(async () => (await pidOf(server).catch(() => pid)) !== pid);
    await until(() =>
      read(server).then(
        () => true,
        () => false,
      ),
    );
    expect(await read(server)).toEqual([{ word: 'Café' }]);
  });

  test('a start · goes ahead · when a killed server’s number now belongs to another program', async () => {
    const first = await start();
    await write(first);
    const left = await readFile(pidFile(first), 'utf8');
    await first.release();
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await writeFile(pidFile(first), left.replace(/^\d+/, String(stranger.pid)));
    const second = await start();
    stranger.kill();
    expect(await read(second)).toEqual([{ word: 'Café' }]);
  });

  test('the password · is asked for and kept where only the database’s user reads it · when anybody connects', async () => {
    const server = await start();
    const guess = new URL(server.url);
    guess.password = 'password';
    await expect(queryOnce(guess.href, 'select 1')).rejects.toThrow('password authentication failed');
    const modes = await Promise.all(
      ['.', 'data/fieldnotes-password'].map((name) => stat(path.join(server.folder, name))),
    );
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600']);
  });

  test('a start · says which folder and what to do · when the folder cannot be written', async () => {
    await writeFile(path.join(folder, '.data'), 'a file where the folder should be');
    await expect(start()).rejects.toThrow(
      /^The folder .+\.data cannot be written \(\w+\)\. Let this user .+DATA_FOLDER/,
    );
  });

  test('a temporary server · leaves no folder · when it is released', async () => {
    const server = await startEmbeddedServer({ folder: '', temporary: true, say: () => {} });
    expect(await queryOnce(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await server.release();
    await expect(access(server.folder)).rejects.toThrow('ENOENT');
  });
});
