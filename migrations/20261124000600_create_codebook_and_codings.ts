import type { Knex } from 'knex';

// Positions are half-open [start, end) in Unicode code points of the revision's body. The quote and its surroundings are
// stored with the coding: cut out of the notes on the way, an export of a million extracts takes ten times as long.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table themes (
      id uuid primary key,
      study_id uuid not null references studies (id),
      parent_id uuid,
      name text not null constraint themes_name_length check (char_length(name) between 1 and 200),
      definition text not null default '' constraint themes_definition_length check (char_length(definition) <= 10000),
      when_to_use text not null default '' constraint themes_when_to_use_length check (char_length(when_to_use) <= 10000),
      when_not_to_use text not null default '' constraint themes_when_not_to_use_length check (char_length(when_not_to_use) <= 10000),
      example text not null default '' constraint themes_example_length check (char_length(example) <= 10000),
      colour text not null constraint themes_colour_shape check (colour ~ '^#[0-9a-f]{6}$'),
      position integer not null,
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null default now(),
      updated_by uuid,
      updated_at timestamptz,
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint themes_not_own_parent check (parent_id <> id),
      foreign key (study_id, parent_id) references themes (study_id, id),
      foreign key (study_id, created_by) references memberships (study_id, id),
      foreign key (study_id, updated_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create unique index themes_sibling_unique
      on themes (study_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name))
      where removed_at is null;
    create index themes_parent on themes (parent_id);

    create table codings (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      revision_id uuid not null,
      theme_id uuid not null,
      coder_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      quote text not null,
      context_before text not null default '',
      context_after text not null default '',
      paragraph_label text not null constraint codings_paragraph_label check (paragraph_label in ('ON', 'TN', 'MN', 'PN')),
      created_at timestamptz not null default now(),
      needs_review_at timestamptz,
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint codings_passage check (start_position >= 0 and end_position > start_position),
      constraint codings_quote_length check (char_length(quote) = end_position - start_position),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id),
      foreign key (study_id, theme_id) references themes (study_id, id),
      foreign key (study_id, coder_id) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create unique index codings_once on codings (note_id, theme_id, coder_id, start_position, end_position, revision_id)
      where removed_at is null;
    create index codings_theme on codings (theme_id) where removed_at is null;

    do $$
    declare name text;
    begin
      foreach name in array array['themes', 'codings'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;

    grant select, insert, update on themes, codings to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table codings, themes`);
}
