import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Express } from 'express';
import knex, { type Knex } from 'knex';
import { createApp } from '../../server/app.ts';
import { readConfig, type Config } from '../../server/config.ts';
import { connect, type Database } from '../../server/database/connection.ts';
import { TEST_IDENTITY_KEYS } from './identity-builders.ts';
import { buildAssets } from '../../server/web/assets.ts';
import { createLog } from '../../server/web/log.ts';
import { createTestDatabase } from './test-database.ts';

/** The real application on a database of its own. `owner` is the database's owner: it sees and changes everything. */
export type TestApp = {
  app: Express;
  database: Database;
  owner: Knex;
  config: Config & { sessionSecret: string };
  url: string;
};

/**
 * Call at the top of a describe block or file: `const t = useTestApp();` then `t.app`, `t.owner` inside tests. One
 * database for the block, dropped afterwards; uploads in a temporary folder. `env` adds environment variables.
 */
export function useTestApp(env: Record<string, string> = {}): TestApp {
  const test = {} as TestApp;
  let drop: (() => Promise<void>) | undefined;
  let uploads: string | undefined;

  beforeAll(async () => {
    const created = await createTestDatabase();
    drop = created.drop;
    uploads = await mkdtemp(path.join(tmpdir(), 'fieldnotes-uploads-'));
    const config = {
      ...readConfig({
        PORT: '0',
        LOG_LEVEL: 'silent',
        UPLOADS_FOLDER: uploads,
        // Beside which what is erased is put down.
        BACKUP_FOLDER: path.join(uploads, 'backups'),
        ...env,
      }),
      sessionSecret: 'a secret for tests that is long enough',
    };
    const database = connect(created.url, { connections: 6, identityKeys: TEST_IDENTITY_KEYS });
    const owner = knex({ client: 'pg', connection: created.url, pool: { min: 0, max: 2 } });
    const app = createApp({ database, config, log: createLog(config.logLevel), assets: await buildAssets() });
    Object.assign(test, { app, database, owner, config, url: created.url });
    // The first to come builds the browser code, on a machine that may be busy with other tests.
  }, 120_000);

  afterAll(async () => {
    await test.owner?.destroy();
    await test.database?.close();
    await drop?.();
    if (uploads !== undefined) await rm(uploads, { recursive: true, force: true });
  });

  return test;
}
