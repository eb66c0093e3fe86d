import type { Knex } from 'knex';

// Documents that are to become notes. What was read of them waits here until its sender says that it is right; then the
// words move into notes, and are kept here no longer. Only the sender sees it, as only they see a draft.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create table note_imports (
      id uuid primary key,
      study_id uuid not null references studies (id),
      started_by uuid not null,
      state text not null default 'reading' constraint note_imports_state
        check (state in ('reading', 'ready', 'importing', 'done', 'failed', 'dropped')),
      progress text not null default '',
      failure text,
      remarks jsonb not null default '[]',
      started_at timestamptz not null default now(),
      confirmed_at timestamptz,
      unique (study_id, id),
      foreign key (study_id, started_by) references memberships (study_id, id)
    );
    create index note_imports_sender on note_imports (study_id, started_by, started_at desc);

    -- One document. "refusal": why no note can be made of it. The note it becomes gets its id.
    create table note_import_documents (
      id uuid primary key,
      study_id uuid not null references studies (id),
      import_id uuid not null,
      started_by uuid not null,
      position integer not null,
      file_name text not null,
      folder text not null default '',
      byte_length bigint not null,
      sha256 text not null constraint note_import_documents_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      text_sha256 text,
      kind text not null default '',
      title text not null default '',
      body text not null default '',
      paragraphs integer not null default 0,
      words integer not null default 0,
      remarks jsonb not null default '[]',
      refusal text,
      visit_id uuid,
      visit_hint text,
      left_out boolean not null default false,
      same_as text,
      note_id uuid,
      unique (study_id, id),
      constraint note_import_documents_position unique (import_id, position),
      foreign key (study_id, import_id) references note_imports (study_id, id) on delete cascade,
      foreign key (study_id, started_by) references memberships (study_id, id),
      foreign key (study_id, visit_id) references visits (study_id, id) on delete set null (visit_id),
      foreign key (study_id, note_id) references notes (study_id, id) on delete set null (note_id)
    );
    create index note_import_documents_sha256 on note_import_documents (study_id, sha256);
    create index note_import_documents_text on note_import_documents (study_id, text_sha256);

    -- The files that the note will have: the document as it came, and the pictures that were in it.
    create table note_import_files (
      id uuid primary key,
      study_id uuid not null references studies (id),
      document_id uuid not null,
      started_by uuid not null,
      position integer not null,
      file_name text not null,
      media_type text not null,
      byte_length bigint not null,
      sha256 text not null constraint note_import_files_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      stored_name text not null unique,
      unique (study_id, id),
      foreign key (study_id, document_id) references note_import_documents (study_id, id) on delete cascade,
      foreign key (study_id, started_by) references memberships (study_id, id)
    );
    create index note_import_files_document on note_import_files (document_id);

    do $$
    declare name text;
    begin
      foreach name in array array['note_imports', 'note_import_documents', 'note_import_files'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
        execute format('create policy own on %I as restrictive to fieldnotes_team
          using (started_by = (select nullif(current_setting(''app.member'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert, update, delete on note_imports, note_import_documents, note_import_files to fieldnotes_team;

    -- Whether a document is kept with a note already.
    create index attachments_sha256 on attachments (study_id, sha256);

    -- Files that wait for an import to be confirmed are claimed as well.
    create or replace function unclaimed_files(names text[]) returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select name from unnest(names) as name
       where not exists (select from attachments where stored_name = name)
         and not exists (select from note_import_files where stored_name = name)
    $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function unclaimed_files(names text[]) returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select name from unnest(names) as name
       where not exists (select from attachments where stored_name = name)
    $$;
    drop index attachments_sha256;
    drop table note_import_files, note_import_documents, note_imports;
  `);
}
