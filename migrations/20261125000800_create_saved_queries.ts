import type { Knex } from 'knex';

// Questions on themes that the study keeps under a name. `definition` holds ids of themes, agencies, phases and members;
// it is read back with care, because any of them may have gone since.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table saved_queries (
      id uuid primary key,
      study_id uuid not null references studies (id),
      name text not null constraint saved_queries_name_length check (char_length(name) between 1 and 200),
      definition jsonb not null constraint saved_queries_definition check (jsonb_typeof(definition) = 'object'),
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null default now(),
      updated_by uuid,
      updated_at timestamptz,
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      foreign key (study_id, created_by) references memberships (study_id, id),
      foreign key (study_id, updated_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create unique index saved_queries_name_unique on saved_queries (study_id, lower(name)) where removed_at is null;

    alter table saved_queries enable row level security;
    create policy team on saved_queries to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select, insert, update on saved_queries to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table saved_queries');
}
