import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RestoreTarget } from '../../server/backup/restore-service.ts';
import { queryOnce } from '../support/query-once.ts';
import { dropTestDatabase, testServerUrl } from '../support/test-database.ts';

export type Installation = { url: string; uploadsFolder: string; target: RestoreTarget; drop(): Promise<void> };

/** A database in which the program has never been, and an empty folder for uploads. */
export async function anEmptyInstallation(given: Partial<RestoreTarget> = {}): Promise<Installation> {
  const name = `restored_${randomBytes(8).toString('hex')}`;
  await queryOnce(testServerUrl(), `create database ${name}`);
  const url = Object.assign(new URL(testServerUrl()), { pathname: `/${name}` }).href;
  const uploadsFolder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-restored-'));
  const target = { url, uploadsFolder, key: undefined, erasures: [], applyErasures: async () => {}, ...given };
  return {
    url,
    uploadsFolder,
    target,
    async drop() {
      await dropTestDatabase(name);
      await rm(uploadsFolder, { recursive: true, force: true });
    },
  };
}

/** Every row of every table, as PostgreSQL writes it, by table; from the catalogue, so that no new table is forgotten. */
export async function allRows(url: string, leftOut: readonly string[] = []): Promise<Record<string, string[]>> {
  const tables = await queryOnce<{ name: string }>(
    url,
    `select relname::text as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and not relname like 'knex\\_%' order by 1`,
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables.filter((table) => !leftOut.includes(table.name))) {
    const rows = await queryOnce<{ row: string }>(url, `select t::text as row from ${name} as t order by 1`);
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

/** What guards the rows: constraints, triggers and whether they fire, policies, rights, indexes and sequences. */
export async function allGuards(url: string): Promise<unknown[]> {
  return queryOnce(
    url,
    `select conrelid::regclass::text as place, conname::text as name, pg_get_constraintdef(oid) as what, condeferrable::text as state
       from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
     union all select tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid), tgenabled::text from pg_trigger where not tgisinternal
     union all select tablename::text, policyname::text, coalesce(qual, '') || coalesce(with_check, ''), cmd from pg_policies
     union all select table_name::text, grantee::text, privilege_type::text, '' from information_schema.role_table_grants where grantee like 'fieldnotes_%'
     union all select tablename::text, indexname::text, indexdef, '' from pg_indexes where schemaname = 'public'
     union all select sequencename::text, '', last_value::text, '' from pg_sequences where schemaname = 'public' and not sequencename like 'knex\\_%'
     order by 1, 2, 3`,
  );
}

/** The names and bytes (in hexadecimal) of the files in an uploads folder. */
export async function allFiles(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of (await readdir(folder, { withFileTypes: true })).filter((one) => one.isFile()))
    found[entry.name] = (await readFile(path.join(folder, entry.name))).toString('hex');
  return found;
}
