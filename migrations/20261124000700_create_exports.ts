import type { Knex } from 'knex';

// A row is written before the first byte leaves, and finished (or marked abandoned) when the last one has.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table exports (
      id uuid primary key,
      study_id uuid not null references studies (id),
      number integer not null,
      requested_by uuid not null,
      requested_at timestamptz not null default now(),
      filter jsonb not null,
      format text not null constraint exports_format check (format in ('csv')),
      byte_order_mark boolean not null default false,
      completed_at timestamptz,
      abandoned_at timestamptz,
      row_count bigint,
      byte_length bigint,
      sha256 text constraint exports_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      unique (study_id, id),
      constraint exports_number_once unique (study_id, number),
      constraint exports_complete check ((completed_at is null) = (sha256 is null)),
      foreign key (study_id, requested_by) references memberships (study_id, id)
    );

    alter table exports enable row level security;
    create policy team on exports to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select, insert, update on exports to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table exports`);
}
