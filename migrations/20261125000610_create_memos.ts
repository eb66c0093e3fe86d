import type { Knex } from 'knex';

// An analytic remark on a note, a theme, a coding, or (on none of them) the study. One on a coding is as unseen as the
// coding itself while its note is coded blind.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table memos (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid,
      theme_id uuid,
      coding_id uuid,
      body text not null constraint memos_body_length check (char_length(body) between 1 and 20000),
      version integer not null default 1,
      written_by uuid not null,
      written_at timestamptz not null default now(),
      updated_by uuid,
      updated_at timestamptz,
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint memos_one_subject check (num_nonnulls(note_id, theme_id, coding_id) <= 1),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, theme_id) references themes (study_id, id),
      foreign key (study_id, coding_id) references codings (study_id, id),
      foreign key (study_id, written_by) references memberships (study_id, id),
      foreign key (study_id, updated_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create index memos_note on memos (note_id) where note_id is not null;
    create index memos_theme on memos (theme_id) where theme_id is not null;
    create index memos_coding on memos (coding_id) where coding_id is not null;
    create index memos_newest on memos (study_id, id desc) where removed_at is null;

    alter table memos enable row level security;
    create policy team on memos to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy sealed on memos as restrictive to fieldnotes_team
      using (coding_id is null or exists (select from codings where codings.id = coding_id));
    grant select, insert, update on memos to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table memos`);
}
