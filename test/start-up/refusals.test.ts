import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Program, embeddedServer } from '../support/program.ts';
import { queryOnce } from '../support/query-once.ts';
import { createTestDatabase } from '../support/test-database.ts';

describe('npm start', () => {
  let folder: string;
  let DATA_FOLDER: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
    DATA_FOLDER = path.join(folder, '.data');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function refusal(env: Record<string, string>): Promise<string> {
    const program = new Program({ env: { DATA_FOLDER, ...env } });
    expect(await program.ended()).toBe(1);
    // A sentence, perhaps with SQL below it: no stack, no name of an error.
    expect(program.output).not.toMatch(/^\s+at |Error:/m);
    return program.output.trim();
  }

  test('a start · ends with one sentence and no database left running · when its port is busy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const said = await refusal({ PORT: String(port) });
    other.close();
    expect(said).toBe(
      `Port ${port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to a free port, for example PORT=${port + 1}.`,
    );
    await expect(embeddedServer(DATA_FOLDER)).rejects.toThrow('ENOENT');
  });

  test('a start · names every variable that is wrong · when the configuration is', async () => {
    const said = await refusal({ PORT: 'many', DATABASE_URL: 'mysql://x' });
    expect(said).toMatch(/^The configuration is wrong\..*DATABASE_URL: must begin with postgres:\/\/.*PORT: /);
  });

  test.each([
    [{ PORT: '80000' }, 'PORT: must be a whole number from 0 to 65535.'],
    [{ PORT: '3000.5' }, 'PORT: must be a whole number from 0 to 65535.'],
    [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL: must begin with postgres://.'],
    [
      { UPLOAD_LIMIT_MB: '0', LOG_LEVEL: 'loud' },
      'UPLOAD_LIMIT_MB: must be a number from 1 to 2000; LOG_LEVEL: must be one of fatal, error, warn, info, debug, silent.',
    ],
    [{ PUBLIC_URL: 'notes.example.org' }, 'PUBLIC_URL: must be an address such as https://notes.example.org.'],
  ])('a start · names one fault in plain words · with %j', async (env, words) => {
    expect(await refusal(env as Record<string, string>)).toBe(
      `The configuration is wrong. Correct these environment variables: ${words}`,
    );
  });

  test.each([
    ['hangs up', (socket: Socket) => void socket.once('data', () => socket.end())],
    ['speaks HTTP', (socket: Socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ])('a start · says what to check · when what answers %s', async (_what, answer) => {
    const other = createTcpServer((socket) => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const said = await refusal({ DATABASE_URL: `postgres://u:top-secret@127.0.0.1:${port}/d` });
    other.close();
    expect(said).toBe(
      `What is at 127.0.0.1:${port} does not answer as PostgreSQL does. Check the host and the port in DATABASE_URL, and that a PostgreSQL server runs there.`,
    );
  });

  test('a start · keeps the password to itself · when the database refuses it or is no address', async () => {
    const { url, drop } = await createTestDatabase();
    const wrong = Object.assign(new URL(url), { password: 'top-secret' });
    expect(await refusal({ DATABASE_URL: wrong.href })).toMatch(
      /^The database server at .+ Check the user and the password/,
    );
    const none = Object.assign(new URL(url), { password: '' });
    expect(await refusal({ DATABASE_URL: none.href })).toMatch(/Check the user and the password/);
    expect(await refusal({ DATABASE_URL: 'postgres://u:top-secret#1@h/d' })).not.toContain('top-secret');
    await drop();
  });

  test('a start · says that nobody answers · when the database cannot be reached', async () => {
    const said = await refusal({ DATABASE_URL: 'postgres://u:top-secret@127.0.0.1:1/d' });
    expect(said).toBe(
      'The database at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Check that the server runs and that DATABASE_URL is right.',
    );
  });

  test('a start · leaves the database alone · when it is newer than the program', async () => {
    const { url, drop } = await createTestDatabase();
    await queryOnce(url, `insert into knex_migrations (name, batch) values ('29990101000000_later.ts', 9)`);
    expect(await refusal({ DATABASE_URL: url })).toMatch(/^The database is newer than the program: .+ Start the newer/);
    await drop();
  });

  test.each(['DATA_FOLDER', 'UPLOADS_FOLDER'])(
    'a start · says which folder · when %s cannot be written',
    async (name) => {
      const file = path.join(folder, 'a-file');
      await writeFile(file, '');
      expect(await refusal({ [name]: path.join(file, 'below') })).toMatch(
        new RegExp(`^The folder ${file}/below cannot be written \\(ENOTDIR\\)\\. .+ set ${name} to another folder\\.$`),
      );
    },
  );
});
