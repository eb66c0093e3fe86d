import { randomBytes } from 'node:crypto';
import { queryOnce } from './query-once.ts';
import { until } from './until.ts';

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
    drop: () => dropTestDatabase(name),
  };
}

/** Drops a database of the test server, and closes whatever is still connected to it. */
export async function dropTestDatabase(name: string): Promise<void> {
  await until(() => wasDropped(name));
}

// Only a superuser may end the server's own vacuuming, which is never there for long.
async function wasDropped(name: string): Promise<boolean> {
  try {
    await queryOnce(testServerUrl(), `drop database if exists ${name} with (force)`);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== '42501') throw error;
    return false;
  }
}
