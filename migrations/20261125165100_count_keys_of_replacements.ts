import type { Knex } from 'knex';

// What a note's replacements stood for is encrypted with the same key as identities: a key that only they are under is
// in use as well, and the program says at its start that it lacks it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(keysInUse(`select key_id from identities union all select key_id from deidentification_log`));
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(keysInUse(`select key_id from identities`));
}

function keysInUse(rows: string): string {
  return `
    create or replace function identity_keys_in_use() returns table (key_id text, count bigint) language sql stable
      security definer set search_path = pg_catalog, public, pg_temp as $$
      select sealed.key_id, count(*) from (${rows}) as sealed group by sealed.key_id
    $$;`;
}
