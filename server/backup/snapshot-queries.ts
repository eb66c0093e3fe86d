import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BackedUpSequence, Erasure } from './manifest.ts';

/**
 * Left out on purpose. Sessions and links that let somebody in must not work again after a restore, and counted tries to
 * sign in concern nobody later. knex's own tables are made by the migrations.
 */
export const LEFT_OUT = ['account_links', 'sessions', 'sign_in_limits'];

/** A table as the catalogue has it, generated columns not counted. */
export type Table = { name: string; columns: string[] };

/** A file that a row names. */
export type NamedFile = { name: string; bytes: number; sha256: string };

/** Begins a transaction that sees one moment of all data, without the policies, and is refused rather than shown less. */
export async function beginSnapshot(client: pg.Client): Promise<void> {
  await client.query('begin isolation level repeatable read read only');
  await client.query(`set local row_security = off; ${PLAIN_SETTINGS}`);
}

/** Values are written in one way, whatever the database or its user is set to. */
export const PLAIN_SETTINGS = `set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';
  set local extra_float_digits = 3; set local bytea_output = 'hex'; set local client_encoding = 'UTF8';
  set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local synchronize_seqscans = off`;

export async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    `public.${name}`,
  ]);
  return rows[0]?.found ?? false;
}

/** The migrations done, in their order; undefined where the program has never been. */
export async function findMigrations(client: pg.Client): Promise<string[] | undefined> {
  if (!(await hasTable(client, 'knex_migrations'))) return undefined;
  const { rows } = await client.query<{ name: string }>('select name from knex_migrations order by id');
  return rows.map(({ name }) => name);
}

/** Every table of the program's, those that others refer to first. A new one is there the day it appears. */
export async function listTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select relname::text as name,
           array(select attname::text from pg_attribute
                  where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
                  order by attnum) as columns
      from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and not relname like 'knex\\_%'
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
     order by relname`);
  return inOrder(
    rows.filter(({ name }) => !LEFT_OUT.includes(name)),
    await listReferences(client),
  );
}

export type Reference = {
  constraint: string;
  from: string;
  to: string;
  deferrable: boolean;
  deferred: boolean;
};

/** The foreign keys between different tables. */
export async function listReferences(client: pg.Client): Promise<Reference[]> {
  const { rows } = await client.query<Reference>(`
    select conname::text as constraint, child.relname::text as from, parent.relname::text as to,
           condeferrable as deferrable, condeferred as deferred
      from pg_constraint
      join pg_class as child on child.oid = conrelid
      join pg_class as parent on parent.oid = confrelid
     where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid
     order by 2, 1`);
  return rows;
}

// In a circle of references somebody has to be first: whoever refers to fewest that are still to come.
function inOrder(tables: Table[], references: Reference[]): Table[] {
  const placed: Table[] = [];
  let left = tables;
  while (left.length > 0) {
    const waitsFor = (table: Table) =>
      new Set(
        references
          .filter(({ from, to }) => from === table.name && left.some(({ name }) => name === to))
          .map(({ to }) => to),
      ).size;
    const next = left.reduce((best, table) => (waitsFor(table) < waitsFor(best) ? table : best));
    placed.push(next);
    left = left.filter((table) => table !== next);
  }
  return placed;
}

/** All rows of a table as COPY writes them, a few pieces in memory at a time. */
export async function* readRows(client: pg.Client, { name, columns }: Table): AsyncGenerator<Buffer> {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const stream = client.query(copyTo(`copy ${client.escapeIdentifier(name)} (${list}) to stdout`));
  for await (const chunk of stream) yield chunk as Buffer;
}

export async function listFiles(client: pg.Client): Promise<NamedFile[]> {
  const { rows } = await client.query<NamedFile>(
    'select stored_name as name, byte_length::float8 as bytes, sha256 from attachments order by stored_name',
  );
  return rows;
}

/** Sequences do not keep to snapshots: asked at the end, they are never behind the rows. */
export async function listSequences(client: pg.Client): Promise<BackedUpSequence[]> {
  const { rows } = await client.query<{ name: string }>(`
    select relname::text as name from pg_class
     where relkind = 'S' and relnamespace = 'public'::regnamespace and not relname like 'knex\\_%' order by relname`);
  const found: BackedUpSequence[] = [];
  for (const { name } of rows) {
    const state = await client.query<{ value: string; is_called: boolean }>(
      `select last_value::text as value, is_called from ${client.escapeIdentifier(name)}`,
    );
    const [row] = state.rows;
    if (row) found.push({ name, value: row.value, isCalled: row.is_called });
  }
  return found;
}

/** The erasures on record, whatever columns they have. */
export async function listErasures(client: pg.Client): Promise<Erasure[]> {
  if (!(await hasTable(client, 'erasures'))) return [];
  const { rows } = await client.query<{ erasure: Erasure }>(
    'select to_jsonb(erasures) as erasure from erasures order by id',
  );
  return rows.map(({ erasure }) => erasure);
}
