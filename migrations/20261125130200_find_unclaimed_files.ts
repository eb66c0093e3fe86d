import type { Knex } from 'knex';

// Which of these names in the uploads folder no study knows: the program asks when it starts, outside any study. It tells
// nothing but that about names that nobody can guess.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function unclaimed_files(names text[]) returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select name from unnest(names) as name
       where not exists (select from attachments where stored_name = name)
    $$;
    revoke execute on function unclaimed_files(text[]) from public;
    grant execute on function unclaimed_files(text[]) to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop function unclaimed_files(text[])`);
}
