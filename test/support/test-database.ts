import { randomBytes } from 'node:crypto';
import { queryOnce } from './query-once.ts';

/** The address of the test run's database server, for a user who may create databases and roles. */
export function testServerUrl(): string {
  const url = process.env.TEST_SERVER_URL;
  if (url === undefined) throw new Error('TEST_SERVER_URL is not set: run the tests with “npm test”.');
  return url;
}

/** A new migrated and empty database. `url` connects as its owner; `drop` closes whatever is still connected. */
export async function createTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await queryOnce(testServerUrl(), `create database ${name} template fieldnotes_template`);
  const url = new URL(testServerUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await queryOnce(testServerUrl(), `drop database if exists ${name} with (force)`);
    },
  };
}
