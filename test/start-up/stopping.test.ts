import { once } from 'node:events';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { aDataFolder } from '../support/data-folder.ts';
import { Program, embeddedServer } from '../support/program.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

describe('stopping', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await aDataFolder());
  });
  afterAll(() => remove());

  test('SIGTERM · lets a slow request finish and takes no new one · when one is being answered', async () => {
    const { url, drop } = await createTestDatabase();
    const program = new Program({ env: { DATABASE_URL: url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const address = await program.address();
    const cookie = (await fetch(`${address}/sign-in`)).headers.getSetCookie().join(';');
    const owner = new pg.Client({ connectionString: url });
    await owner.connect();
    await owner.query('begin; lock table sessions');
    const slow = fetch(`${address}/sign-in`, { headers: { cookie } });
    await until(async () => {
      const { rows } = await owner.query(`select from pg_locks where not granted`);
      return rows.length > 0;
    });

    program.child.kill('SIGTERM');
    await program.prints('Stopping');
    // On a connection of its own: one that is open already is answered once more, so that no request is lost.
    await expect(once(get(`${address}/health`, { agent: false }), 'response')).rejects.toThrow('ECONNREFUSED');
    await owner.query('commit');
    const answer = await slow;
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('</html>')]);
    expect(await program.ended()).toBe(0);
    await owner.end();
    await drop();
  });

  test('a second SIGINT · cuts running requests off · when a request does not end', async () => {
    const { url, drop } = await createTestDatabase();
    const program = new Program({ env: { DATABASE_URL: url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const address = await program.address();
    // A body that never ends keeps its request running.
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('email=')) });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const endless = fetch(`${address}/sign-in`, request).catch((error: unknown) => error);
    await fetch(`${address}/health`);
    program.child.kill('SIGINT');
    await program.prints('Stopping');
    const again = setInterval(() => program.child.kill('SIGINT'), 100);
    expect(await program.ended()).toBe(0);
    clearInterval(again);
    expect(await endless).toHaveProperty('message', 'fetch failed');
    await drop();
  });

  test('SIGINT · stops the program’s own database too · when it arrives during the start', async () => {
    const program = new Program({ env: { DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    await program.prints('new database');
    expect(await program.stop('SIGINT')).toBe(0);
    await expect(embeddedServer(folder)).rejects.toThrow('ENOENT');
  });

  test.each(['start', 'dev'])(
    'SIGTERM · ends the program and its database · when npm run %s gets it',
    async (npm) => {
      const program = new Program({ npm, env: { DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
      const address = await program.address();
      const { pid } = await embeddedServer(folder);
      program.child.kill('SIGTERM');
      await once(program.child, 'exit');
      await until(async () => {
        const answers = await fetch(`${address}/health`).then(
          () => true,
          () => false,
        );
        return !answers && !isAlive(pid);
      });
      expect(program.output).toContain('Stopping');
      // What it was started with is closed once no process of it is left.
      await program.ended();
    },
    60_000,
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
