import type { Knex } from 'knex';

// What a person is shown of their own sessions. The session's own id is the secret in the cookie and stands in no page
// or address, so that each has another name.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sessions
      add column name uuid not null default gen_random_uuid() constraint sessions_name_unique unique,
      add column began_at timestamptz not null default now(),
      add column last_used_at timestamptz not null default now(),
      add column network_address text,
      add column browser text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sessions
      drop column name, drop column began_at, drop column last_used_at, drop column network_address, drop column browser;
  `);
}
