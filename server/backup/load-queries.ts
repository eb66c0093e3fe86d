import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { RESTORE_UNDER_WAY } from '../database/prepare-database.ts';
import type { BackedUpSequence } from './manifest.ts';
import { hasTable, listReferences, PLAIN_SETTINGS, type Reference, type Table } from './snapshot-queries.ts';

/** Whether a restore was begun and not finished. A start refuses then; another restore begins anew. */
export function isUnderWay(client: pg.Client): Promise<boolean> {
  return hasTable(client, RESTORE_UNDER_WAY);
}

export async function markUnderWay(client: pg.Client): Promise<void> {
  await client.query(`create table if not exists ${RESTORE_UNDER_WAY} ()`);
}

export async function markDone(client: pg.Client): Promise<void> {
  await client.query(`drop table ${RESTORE_UNDER_WAY}`);
}

/** How many people and studies there are; everything else hangs on them. */
export async function countPeopleAndStudies(client: pg.Client): Promise<{ people: number; studies: number }> {
  await client.query('begin; set local row_security = off');
  const { rows } = await client.query<{ people: number; studies: number }>(
    'select (select count(*) from people)::float8 as people, (select count(*) from studies)::float8 as studies',
  );
  await client.query('commit');
  return rows[0] ?? { people: 0, studies: 0 };
}

/** Takes every row out of `tables` and of whatever refers to them, so that the migrations can be undone. */
export async function emptyTables(client: pg.Client, tables: readonly Table[]): Promise<void> {
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => client.escapeIdentifier(name)).join(', ');
  await client.query(`truncate ${names} cascade`);
}

type Trigger = { table: string; name: string; state: string };
const STATES: Record<string, string> = { O: 'enable trigger', A: 'enable always trigger', R: 'enable replica trigger' };

async function listTriggers(client: pg.Client): Promise<Trigger[]> {
  const { rows } = await client.query<Trigger>(`
    select relname::text as table, tgname::text as name, tgenabled::text as state
      from pg_trigger join pg_class on pg_class.oid = tgrelid
     where relnamespace = 'public'::regnamespace and not tgisinternal and tgenabled <> 'D'`);
  return rows;
}

/**
 * Runs `load` in one transaction in which rows are taken as they are: triggers rest, policies are not asked, and
 * references to tables that come later in `order` are checked at the end. An ordinary owner may do all of it.
 */
export async function loading(client: pg.Client, order: readonly Table[], load: () => Promise<void>): Promise<void> {
  const identifier = (name: string) => client.escapeIdentifier(name);
  await client.query('begin');
  try {
    await client.query(`set local row_security = off; ${PLAIN_SETTINGS}`);
    const triggers = await listTriggers(client);
    const place = new Map(order.map(({ name }, index) => [name, index]));
    const isAhead = ({ from, to }: Reference) => (place.get(to) ?? -1) > (place.get(from) ?? -1);
    const ahead = (await listReferences(client)).filter(isAhead);
    for (const { table, name } of triggers)
      await client.query(`alter table ${identifier(table)} disable trigger ${identifier(name)}`);
    await emptyTables(client, order);
    for (const { from, constraint } of ahead) {
      const alter = `alter table ${identifier(from)} alter constraint ${identifier(constraint)}`;
      await client.query(`${alter} deferrable initially deferred`);
    }
    await load();
    await client.query('set constraints all immediate');
    for (const { from, constraint, deferrable, deferred } of ahead) {
      const alter = `alter table ${identifier(from)} alter constraint ${identifier(constraint)}`;
      const as = deferrable ? `deferrable initially ${deferred ? 'deferred' : 'immediate'}` : 'not deferrable';
      await client.query(`${alter} ${as}`);
    }
    for (const { table, name, state } of triggers)
      await client.query(`alter table ${identifier(table)} ${STATES[state]} ${identifier(name)}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Takes rows as readRows() gives them. `write` waits while the server is behind; `end` resolves once they are in. */
export function writeRows(
  client: pg.Client,
  { name, columns }: Table,
): { write(chunk: Buffer): Promise<void>; end(): Promise<void> } {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const stream = client.query(copyFrom(`copy ${client.escapeIdentifier(name)} (${list}) from stdin`));
  const over = finished(stream);
  over.catch(() => undefined);
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), over]);
    },
    async end() {
      stream.end();
      await over;
    },
  };
}

export async function setSequences(client: pg.Client, sequences: readonly BackedUpSequence[]): Promise<void> {
  for (const { name, value, isCalled } of sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [
      `public.${client.escapeIdentifier(name)}`,
      value,
      isCalled,
    ]);
}

/** After a load the planner knows nothing of the tables until they are counted. */
export async function analyseTables(client: pg.Client): Promise<void> {
  await client.query('analyze');
}
