import type { Knex } from 'knex';

// What blind coding leaves behind. Passages are copied at the moment of opening: whoever has seen a colleague's codings
// may change their own, and agreement that was not there before would look independent.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- A sample drawn at random: its seed, and for each agency and phase whom it was drawn from and how many were asked for.
    create table double_coding_draws (
      id uuid primary key,
      study_id uuid not null references studies (id),
      seed text not null constraint double_coding_draws_seed check (seed ~ '^[0-9a-f]{32}$'),
      strata jsonb not null,
      drawn_by uuid not null,
      drawn_at timestamptz not null default now(),
      unique (study_id, id),
      foreign key (study_id, drawn_by) references memberships (study_id, id)
    );

    alter table double_codings
      add column draw_id uuid,
      -- The text that all of them code: no other is saved until the codings are open.
      add column revision_id uuid,
      add foreign key (study_id, draw_id) references double_coding_draws (study_id, id),
      add foreign key (study_id, revision_id) references note_revisions (study_id, id);
    create index double_codings_assigned on double_codings (study_id, assigned_at desc, id);

    create table double_coding_passages (
      double_coding_id uuid not null,
      coding_id uuid not null,
      study_id uuid not null references studies (id),
      coder_id uuid not null,
      theme_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      primary key (double_coding_id, coding_id),
      constraint double_coding_passages_passage check (start_position >= 0 and end_position > start_position),
      foreign key (study_id, double_coding_id) references double_codings (study_id, id),
      foreign key (study_id, coding_id) references codings (study_id, id),
      foreign key (study_id, coder_id) references memberships (study_id, id),
      foreign key (study_id, theme_id) references themes (study_id, id)
    );

    -- What the team agreed where coders had differed. The codings themselves stay as they were given.
    create table settlements (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      revision_id uuid not null,
      theme_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      choice text not null constraint settlements_choice check (choice in ('both', 'adopt', 'none')),
      adopted_from uuid,
      -- The stretches that carry the theme by this agreement; null where both readings stand.
      agreed jsonb,
      reason text not null constraint settlements_reason_length check (char_length(reason) between 1 and 5000),
      settled_by uuid not null,
      settled_at timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint settlements_passage check (start_position >= 0 and end_position > start_position),
      constraint settlements_adopted check ((choice = 'adopt') = (adopted_from is not null)),
      constraint settlements_agreed check ((choice = 'both') = (agreed is null)),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id),
      foreign key (study_id, theme_id) references themes (study_id, id),
      foreign key (study_id, adopted_from) references memberships (study_id, id),
      foreign key (study_id, settled_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create unique index settlements_once on settlements (revision_id, theme_id, start_position, end_position)
      where removed_at is null;
    create index settlements_note on settlements (note_id);

    do $$
    declare name text;
    begin
      foreach name in array array['double_coding_draws', 'double_coding_passages', 'settlements'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert on double_coding_draws, double_coding_passages to fieldnotes_team;
    grant select, insert, update on settlements to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table settlements, double_coding_passages;
    alter table double_codings drop column draw_id, drop column revision_id;
    drop index if exists double_codings_assigned;
    drop table double_coding_draws;
  `);
}
