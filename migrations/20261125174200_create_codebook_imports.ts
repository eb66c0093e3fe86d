import type { Knex } from 'knex';

// A codebook from elsewhere waits here, as it was read, until somebody has chosen what of it comes into the study's own.
// That is one step of the codebook's history, which can be reversed like any other.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table codebook_imports (
      id uuid primary key,
      study_id uuid not null references studies (id),
      started_by uuid not null,
      file_name text not null,
      sha256 text not null constraint codebook_imports_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      state text not null default 'ready' constraint codebook_imports_state check (state in ('ready', 'done', 'dropped')),
      themes jsonb not null,
      remarks jsonb not null default '[]',
      step_id uuid,
      started_at timestamptz not null default now(),
      unique (study_id, id),
      foreign key (study_id, started_by) references memberships (study_id, id),
      foreign key (study_id, step_id) references codebook_steps (study_id, id)
    );
    alter table codebook_imports enable row level security;
    create policy team on codebook_imports to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select, insert, update on codebook_imports to fieldnotes_team;

    alter table codebook_steps drop constraint codebook_steps_kind;
    alter table codebook_steps add constraint codebook_steps_kind check (kind in
      ('added', 'changed', 'moved', 'merged', 'split', 'retired', 'unretired', 'removed', 'restored', 'reversed', 'imported'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table codebook_imports;
    alter table codebook_steps drop constraint codebook_steps_kind;
    -- What came in by an import is told as a change from now on.
    update codebook_steps set kind = 'changed' where kind = 'imported';
    alter table codebook_steps add constraint codebook_steps_kind check (kind in
      ('added', 'changed', 'moved', 'merged', 'split', 'retired', 'unretired', 'removed', 'restored', 'reversed'));
  `);
}
