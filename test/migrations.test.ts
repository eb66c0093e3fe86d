import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { connectAsOwner, MIGRATIONS_FOLDER } from '../server/database/migrations.ts';
import { createTestDatabase } from './support/test-database.ts';

describe('the migrations', () => {
  let owner: Knex;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const created = await createTestDatabase();
    drop = created.drop;
    owner = connectAsOwner(created.url);
  });
  afterAll(async () => {
    await owner.destroy();
    await drop();
  });

  // Everything that they make: columns, constraints, indexes, policies, rights.
  async function schema(): Promise<unknown> {
    const { rows } = await owner.raw<{ rows: unknown[] }>(`
      select 'column' as what, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as detail
        from information_schema.columns where table_schema = 'public' and table_name not like 'knex_%'
      union all select 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'knex_%'
      union all select 'index', indexdef from pg_indexes where schemaname = 'public' and tablename not like 'knex_%'
      union all select 'policy', tablename || ' ' || policyname || ' ' || roles::text || ' ' || cmd || coalesce(qual, '') || coalesce(with_check, '')
        from pg_policies where schemaname = 'public'
      union all select 'right', table_name || ' ' || grantee || ' ' || privilege_type
        from information_schema.role_table_grants where table_schema = 'public' and grantee like 'fieldnotes_%'
      order by 1, 2`);
    return rows;
  }

  test('leave the same tables · when they are done, undone and done again', async () => {
    const before = await schema();
    await owner.migrate.rollback(undefined, true);
    expect(await schema()).toEqual([]);
    await owner.migrate.latest();
    expect(await schema()).toEqual(before);
  });

  test('are numbered by time, one way of naming for all', () => {
    const names = readdirSync(MIGRATIONS_FOLDER);
    expect(names.filter((name) => !/^\d{14}_[a-z]+(_[a-z]+)*\.ts$/.test(name))).toEqual([]);
  });
});
