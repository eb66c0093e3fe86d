import type { Knex } from 'knex';

// When a backup was tried and what became of it. It belongs to the installation, not to a study, and says nothing of any:
// leads read it to see whether they can rely on there being one.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table backups (
      id uuid primary key,
      begun_at timestamptz not null,
      ended_at timestamptz not null default now(),
      -- Made by the clock or by the command; null while nothing was made.
      scheduled boolean not null,
      file_name text,
      byte_length bigint,
      row_count bigint,
      file_count integer,
      -- Files that a note names and that were not there, or not as they were kept.
      faulty_files integer,
      encrypted boolean,
      failure text constraint backups_failure_length check (char_length(failure) <= 2000),
      constraint backups_made_or_failed check ((failure is null) = (file_name is not null))
    );
    create index backups_ended on backups (ended_at desc);
    grant select, insert on backups to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table backups`);
}
