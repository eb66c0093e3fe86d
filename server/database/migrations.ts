import path from 'node:path';
import knex, { type Knex } from 'knex';
import { StartError } from '../shared/errors.ts';

export const MIGRATIONS_FOLDER = path.join(import.meta.dirname, '../../migrations');

/** How knex finds the migrations: one place for the program, for the knex command line and for the tests. */
export const MIGRATIONS: Knex.MigratorConfig = {
  directory: MIGRATIONS_FOLDER,
  extension: 'ts',
  loadExtensions: ['.ts'],
  tableName: 'knex_migrations',
};

/** A connection as the database's owner, for migrations alone. The caller destroys it. */
export function connectAsOwner(url: string): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'fieldnotes-migrations' },
    pool: { min: 0, max: 2 },
    migrations: MIGRATIONS,
  });
}

/** Throws a StartError where a program that works on the database by itself would find tables of an older release. */
export async function refuseOlderTables(owner: Knex): Promise<void> {
  const [, pending] = (await owner.migrate.list()) as [unknown[], unknown[]];
  if (pending.length > 0)
    throw new StartError(
      'This database is not yet at this release. Make a backup, run “npm run migrate”, then run this again.',
    );
}
