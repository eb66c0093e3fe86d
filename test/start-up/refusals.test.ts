import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  test('a start · keeps the password to itself · when the database refuses it or is no address', async () => {
    const { url, drop } = await createTestDatabase();
    const wrong = Object.assign(new URL(url), { password: 'top-secret' });
    expect(await refusal({ DATABASE_URL: wrong.href })).toMatch(
      /^The database server at .+ Check the user and the password/,
    );
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
