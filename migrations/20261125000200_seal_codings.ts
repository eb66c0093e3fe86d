import type { Knex } from 'knex';

// Blind coding is kept by the database: while a note is coded independently by several people, each coding is sealed to
// its coder, and no query of anybody else's sees it, whichever page, count or export it serves. Work that must reach
// every coding of a note (carrying codings to a new revision, merging themes) looks through the seals by a setting.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table double_codings (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      -- Whether somebody had coded the note before: what is coded then is not independent.
      was_coded boolean not null,
      assigned_by uuid not null,
      assigned_at timestamptz not null default now(),
      opened_by uuid,
      opened_at timestamptz,
      unique (study_id, id),
      constraint double_codings_opening check (opened_by is null or opened_at is not null),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, assigned_by) references memberships (study_id, id),
      foreign key (study_id, opened_by) references memberships (study_id, id)
    );
    create unique index double_codings_one_open on double_codings (note_id) where opened_at is null;
    create index double_codings_note on double_codings (note_id);

    create table double_coding_coders (
      double_coding_id uuid not null,
      membership_id uuid not null,
      study_id uuid not null references studies (id),
      finished_at timestamptz,
      primary key (double_coding_id, membership_id),
      foreign key (study_id, double_coding_id) references double_codings (study_id, id),
      foreign key (study_id, membership_id) references memberships (study_id, id)
    );
    create index double_coding_coders_member on double_coding_coders (membership_id) where finished_at is null;

    alter table codings
      add column sealed_to uuid,
      add column version integer not null default 1,
      add foreign key (study_id, sealed_to) references memberships (study_id, id),
      add constraint codings_sealed_to_coder check (sealed_to = coder_id);

    create policy sealed on codings as restrictive to fieldnotes_team
      using (sealed_to is null
        or sealed_to = (select nullif(current_setting('app.member', true), '')::uuid)
        or (select current_setting('app.seals', true) = 'open'));

    -- Whoever codes a note that is being coded independently does so unseen, whatever page they came by.
    create function seal_coding() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public as $$
    begin
      if exists (select 1 from double_codings where note_id = new.note_id and opened_at is null) then
        new.sealed_to := new.coder_id;
      end if;
      return new;
    end $$;
    create trigger seal_coding before insert on codings for each row execute function seal_coding();

    do $$
    declare name text;
    begin
      foreach name in array array['double_codings', 'double_coding_coders'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert, update on double_codings, double_coding_coders to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger seal_coding on codings;
    drop function seal_coding();
    drop policy sealed on codings;
    alter table codings drop column sealed_to, drop column version;
    drop table double_coding_coders, double_codings;
  `);
}
