import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { aDataFolder } from '../support/data-folder.ts';
import { Program, embeddedServer } from '../support/program.ts';
import { queryOnce } from '../support/query-once.ts';
import { until } from '../support/until.ts';

describe('a start after a kill', () => {
  let data: Awaited<ReturnType<typeof aDataFolder>>;
  let program: Program;

  const start = async (): Promise<void> => {
    program = new Program({ env: { DATA_FOLDER: data.folder, UPLOADS_FOLDER: data.folder } });
    await program.address();
  };
  const written = async (): Promise<number[]> => {
    const { url } = await embeddedServer(data.folder);
    const rows = await queryOnce<{ number: number }>(url, 'select number from acknowledged order by number');
    return rows.map(({ number }) => number);
  };

  beforeAll(async () => {
    data = await aDataFolder();
    await start();
    await queryOnce((await embeddedServer(data.folder)).url, 'create table acknowledged (number int)');
  }, 240_000);
  afterAll(async () => {
    await program.stop();
    await data.remove();
  });

  test.each([
    ['the program', { program: true, server: false }],
    ['the database server', { program: false, server: true }],
    ['both', { program: true, server: true }],
  ])('what was acknowledged · is there, with no repair by hand · when %s was killed', async (_what, killed) => {
    const { pid, url } = await embeddedServer(data.folder);
    const acknowledged = await written();
    const writeUntilRefused = async (): Promise<void> => {
      for (let number = acknowledged.length + 1; ; number += 1) {
        await queryOnce(url, 'insert into acknowledged values ($1)', [number]);
        acknowledged.push(number);
        if (acknowledged.length % 20 === 0) {
          if (killed.program) program.child.kill('SIGKILL');
          if (killed.server) process.kill(pid, 'SIGKILL');
          if (!killed.server) return;
        }
      }
    };
    await writeUntilRefused().catch(() => undefined);
    expect(acknowledged.length % 20).toBe(0);

    if (killed.program) {
      await program.ended();
      await start();
    }
    const found = async (): Promise<number[] | undefined> => written().catch(() => undefined);
    await until(async () => (await found()) !== undefined);
    expect((await found())?.slice(0, acknowledged.length)).toEqual(acknowledged);
  });
});
