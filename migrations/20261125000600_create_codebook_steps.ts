import type { Knex } from 'knex';

// Every change of the codebook is a step that can be read later and taken back: what it did to each theme (before and
// after; null before: the theme was new), and which codings it gave another theme or set aside as doubled. A theme that
// was merged is a removed one that says where it went, so that nothing lists it or codes with it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table themes
      add column retired_at timestamptz,
      add column retired_by uuid,
      add column merged_into uuid,
      add foreign key (study_id, retired_by) references memberships (study_id, id),
      add foreign key (study_id, merged_into) references themes (study_id, id),
      add constraint themes_merged_elsewhere check (merged_into <> id),
      add constraint themes_merged_is_removed check (merged_into is null or removed_at is not null);

    create table codebook_steps (
      id uuid primary key,
      study_id uuid not null references studies (id),
      number integer not null,
      kind text not null constraint codebook_steps_kind check (kind in
        ('added', 'changed', 'moved', 'merged', 'split', 'retired', 'unretired', 'removed', 'restored', 'reversed')),
      subject_id uuid not null,
      into_id uuid,
      reverses uuid,
      made_by uuid not null,
      made_at timestamptz not null default now(),
      unique (study_id, id),
      unique (study_id, number),
      constraint codebook_steps_reversal check ((kind = 'reversed') = (reverses is not null)),
      constraint codebook_steps_merge check ((kind = 'merged') = (into_id is not null)),
      foreign key (study_id, subject_id) references themes (study_id, id),
      foreign key (study_id, into_id) references themes (study_id, id),
      foreign key (study_id, reverses) references codebook_steps (study_id, id),
      foreign key (study_id, made_by) references memberships (study_id, id)
    );
    create unique index codebook_steps_reversed_once on codebook_steps (reverses);

    create table codebook_step_themes (
      step_id uuid not null,
      theme_id uuid not null,
      study_id uuid not null references studies (id),
      before jsonb,
      after jsonb not null,
      primary key (step_id, theme_id),
      foreign key (study_id, step_id) references codebook_steps (study_id, id),
      foreign key (study_id, theme_id) references themes (study_id, id)
    );

    create table codebook_step_codings (
      step_id uuid not null,
      coding_id uuid not null,
      study_id uuid not null references studies (id),
      from_theme_id uuid not null,
      to_theme_id uuid not null,
      set_aside boolean not null,
      primary key (step_id, coding_id),
      foreign key (study_id, step_id) references codebook_steps (study_id, id),
      foreign key (study_id, coding_id) references codings (study_id, id),
      foreign key (study_id, from_theme_id) references themes (study_id, id),
      foreign key (study_id, to_theme_id) references themes (study_id, id)
    );
    create index codebook_step_codings_coding on codebook_step_codings (coding_id);

    create table codebook_versions (
      id uuid primary key,
      study_id uuid not null references studies (id),
      number integer not null,
      name text not null constraint codebook_versions_name_length check (char_length(name) between 1 and 200),
      note text not null default '' constraint codebook_versions_note_length check (char_length(note) <= 10000),
      theme_count integer not null,
      themes jsonb not null,
      made_by uuid not null,
      made_at timestamptz not null default now(),
      unique (study_id, id),
      unique (study_id, number),
      foreign key (study_id, made_by) references memberships (study_id, id)
    );

    do $$
    declare name text;
    begin
      foreach name in array array['codebook_steps', 'codebook_step_themes', 'codebook_step_codings', 'codebook_versions'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    -- Whoever may not see a coding does not see, or count, what became of it either.
    create policy sealed on codebook_step_codings as restrictive to fieldnotes_team
      using (exists (select from codings where codings.id = coding_id));

    grant select, insert on codebook_steps, codebook_step_themes, codebook_step_codings, codebook_versions to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table codebook_versions, codebook_step_codings, codebook_step_themes, codebook_steps;
    alter table themes drop column retired_at, drop column retired_by, drop column merged_into;
  `);
}
