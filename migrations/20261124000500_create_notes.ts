import type { Knex } from 'knex';

// Notes and everything kept with them. A revision can be added and read, never changed: the team has no such right.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table notes (
      id uuid primary key,
      study_id uuid not null references studies (id),
      visit_id uuid not null,
      author_id uuid not null,
      created_at timestamptz not null default now(),
      latest_revision integer not null default 0,
      completed_at timestamptz,
      completed_by uuid,
      write_up_lag interval,
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint notes_completion check ((completed_at is null) = (completed_by is null)),
      foreign key (study_id, visit_id) references visits (study_id, id),
      foreign key (study_id, author_id) references memberships (study_id, id),
      foreign key (study_id, completed_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create index notes_visit on notes (visit_id);
    create index notes_study_created on notes (study_id, created_at desc, id);

    create table note_revisions (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      number integer not null constraint note_revisions_number check (number > 0),
      title text not null constraint note_revisions_title_length check (char_length(title) between 1 and 300),
      body text not null constraint note_revisions_body_length check (char_length(body) <= 5000000),
      restored_from integer,
      saved_by uuid not null,
      saved_at timestamptz not null default now(),
      unique (study_id, id),
      constraint note_revisions_number_once unique (note_id, number),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, saved_by) references memberships (study_id, id)
    );
    -- Kept uncompressed: a passage is then cut out of a long note without unpacking all of it.
    alter table note_revisions alter column body set storage external;

    -- What a member has typed and not yet saved as a revision; one row for each member and note.
    create table note_drafts (
      note_id uuid not null,
      membership_id uuid not null,
      study_id uuid not null references studies (id),
      base_revision integer not null,
      version integer not null default 1,
      title text not null constraint note_drafts_title_length check (char_length(title) <= 300),
      body text not null constraint note_drafts_body_length check (char_length(body) <= 5000000),
      saved_at timestamptz not null default now(),
      -- Thrown away by its writer, and still here in case that was a mistake.
      discarded_at timestamptz,
      primary key (note_id, membership_id),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, membership_id) references memberships (study_id, id)
    );

    create table attachments (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      file_name text not null constraint attachments_file_name_length check (char_length(file_name) between 1 and 255),
      media_type text not null,
      byte_length bigint not null constraint attachments_byte_length check (byte_length > 0),
      sha256 text not null constraint attachments_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      stored_name text not null unique constraint attachments_stored_name check (stored_name ~ '^[0-9a-f-]{36}(\\.[a-z0-9]{1,8})\\?$'),
      uploaded_by uuid not null,
      uploaded_at timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, uploaded_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create index attachments_note on attachments (note_id);

    do $$
    declare name text;
    begin
      foreach name in array array['notes', 'note_revisions', 'note_drafts', 'attachments'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;

    grant select, insert, update on notes, attachments to fieldnotes_team;
    grant select, insert on note_revisions to fieldnotes_team;
    grant select, insert, update, delete on note_drafts to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table attachments, note_drafts, note_revisions, notes`);
}
