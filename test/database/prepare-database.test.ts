import { afterEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { queryOnce } from '../support/query-once.ts';
import { createTestDatabase, testServerUrl } from '../support/test-database.ts';

describe('prepareDatabase', () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  async function aDatabase(): Promise<string> {
    const { url, drop } = await createTestDatabase();
    undo.push(drop);
    return url;
  }

  /** A database of its own user, who is allowed nothing beyond it. */
  async function aPlainUsersDatabase(server: string, encoding = 'UTF8'): Promise<string> {
    const name = `plain_${crypto.randomUUID().replaceAll('-', '')}`;
    await queryOnce(server, `create role ${name} login password 'plain'`);
    await queryOnce(server, `grant ${name} to current_user`);
    undo.push(() => queryOnce(server, `drop role ${name}`));
    const how = `owner ${name} encoding '${encoding}' template template0 locale_provider libc locale 'C'`;
    await queryOnce(server, `create database ${name} ${how}`);
    undo.push(() => queryOnce(server, `drop database ${name}`));
    const url = new URL(server);
    Object.assign(url, { username: name, password: 'plain', pathname: `/${name}` });
    return url.href;
  }

  test('whoever asks · is told once that the database is empty · when four programs prepare it at once', async () => {
    const url = await aDatabase();
    let fillings = 0;
    const fill = async (): Promise<void> => {
      fillings += 1;
      await queryOnce(url, `insert into studies (id, name) values (gen_random_uuid(), 'A study')`);
    };
    await Promise.all([1, 2, 3, 4].map(() => prepareDatabase(url, fill)));
    expect(fillings).toBe(1);
  });

  test('a migration · goes ahead · when an earlier one was killed while it held knex’s lock', async () => {
    const url = await aDatabase();
    await queryOnce(url, `update knex_migrations_lock set is_locked = 1`);
    await expect(prepareDatabase(url)).resolves.toBeUndefined();
  });

  test('a database · is refused · when it is newer than the program', async () => {
    const url = await aDatabase();
    await queryOnce(
      url,
      `insert into knex_migrations (name, batch, migration_time) values ('29990101000000_later.ts', 9, now())`,
    );
    await expect(prepareDatabase(url)).rejects.toThrow(
      'The database is newer than the program: it has the change “29990101000000_later.ts”',
    );
  });

  test('a database · is refused with what to create · when it is not UTF8', async () => {
    const url = await aPlainUsersDatabase(testServerUrl(), 'SQL_ASCII');
    await expect(prepareDatabase(url)).rejects.toThrow(
      /is SQL_ASCII; it must be UTF8\. Create one with “create database/,
    );
  });

  test('a user · gets SQL for the administrator that works · when it may not create the roles of the wall', async () => {
    const server = await startEmbeddedServer({ folder: '', temporary: true, say: () => {} });
    undo.push(() => server.release());
    const url = await aPlainUsersDatabase(server.url);
    const refusal = await prepareDatabase(url).catch((error: Error) => error.message);
    expect(refusal).toContain('create role fieldnotes_team nologin;');
    const [, ...sql] = String(refusal).split('\n');
    await queryOnce(server.url, sql.join('\n'));
    await expect(prepareDatabase(url)).resolves.toBeUndefined();
  });

  test('a user · gets only the grant · when the roles exist but are not granted to it', async () => {
    const url = await aPlainUsersDatabase(testServerUrl());
    const refusal = await prepareDatabase(url).catch((error: Error) => error.message);
    expect(refusal).toMatch(
      /^ {2}grant fieldnotes_account, fieldnotes_team, fieldnotes_agency to "plain_\w+" with set true;$/m,
    );
    expect(refusal).not.toContain('create role');
  });

  test.each([
    ['the password is wrong', { password: 'wrong-secret' }, 'does not let the user “fieldnotes” in'],
    ['there is no such database', { pathname: '/nowhere' }, 'There is no database “nowhere”'],
    ['nobody listens there', { port: '1' }, 'cannot be reached (ECONNREFUSED)'],
    ['there is no such host', { hostname: 'nowhere.invalid' }, 'cannot be reached (E'],
  ])('an address · is refused in words without its password · when %s', async (_when, change, words) => {
    const url = Object.assign(new URL(testServerUrl()), change);
    const refusal = await prepareDatabase(url.href).catch((error: Error) => error.message);
    expect(refusal).toContain(words);
    expect(refusal).not.toContain(url.password);
  });
});
