import type { Knex } from 'knex';

// Projects of other programs, and our own archives, come in as new studies. Until then a file belongs to the person who
// sent it; afterwards what it said, beyond what the other tables hold, is kept with its study so that it can go out again.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table project_imports (
      id uuid primary key,
      person_id uuid not null references people (id),
      file_name text not null constraint project_imports_file_name_length check (char_length(file_name) between 1 and 255),
      stored_name text not null unique,
      byte_length bigint not null,
      sha256 text not null constraint project_imports_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      state text not null default 'reading' constraint project_imports_state
        check (state in ('reading', 'ready', 'importing', 'done', 'failed')),
      progress text not null default '',
      preview jsonb,
      failure text,
      founded uuid references studies (id),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index project_imports_person on project_imports (person_id, created_at desc);
    alter table project_imports enable row level security;
    create policy own on project_imports to fieldnotes_account
      using (person_id = (select nullif(current_setting('app.person', true), '')::uuid))
      with check (person_id = (select nullif(current_setting('app.person', true), '')::uuid));
    grant select, insert, update, delete on project_imports to fieldnotes_account;

    -- What came in: the file, how its positions were read, what was counted, and what could not be held.
    create table import_reports (
      id uuid primary key,
      study_id uuid not null references studies (id),
      file_name text not null,
      sha256 text not null constraint import_reports_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      byte_length bigint not null,
      report jsonb not null,
      imported_by uuid not null,
      imported_at timestamptz not null default now(),
      unique (study_id, id),
      foreign key (study_id, imported_by) references memberships (study_id, id)
    );

    -- One element of the file: which row of ours it became (none: it is kept for the next export alone), and the element
    -- itself as JSON. Of a source it holds quotes: note_id is there so that they go when the note's words do.
    create table exchange_origins (
      study_id uuid not null references studies (id),
      kind text not null,
      position integer not null,
      guid text not null,
      entity_id uuid,
      note_id uuid,
      content text not null,
      primary key (study_id, kind, position),
      foreign key (study_id, note_id) references notes (study_id, id)
    );
    create index exchange_origins_entity on exchange_origins (study_id, entity_id);
    create index exchange_origins_note on exchange_origins (note_id);

    -- The bytes of a source's text, where they are not those of the note: a byte order mark, other line ends.
    create table exchange_sources (
      note_id uuid primary key,
      study_id uuid not null references studies (id),
      raw bytea not null,
      foreign key (study_id, note_id) references notes (study_id, id)
    );

    create table project_exports (
      id uuid primary key,
      study_id uuid not null references studies (id),
      number integer not null,
      format text not null constraint project_exports_format check (format in ('qdpx', 'qdpx-nvivo', 'archive', 'qdc', 'codebook-csv')),
      requested_by uuid not null,
      requested_at timestamptz not null default now(),
      state text not null default 'making' constraint project_exports_state check (state in ('making', 'ready', 'failed')),
      failure text,
      completed_at timestamptz,
      byte_length bigint,
      sha256 text constraint project_exports_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      report jsonb,
      unique (study_id, id),
      constraint project_exports_number_once unique (study_id, number),
      foreign key (study_id, requested_by) references memberships (study_id, id)
    );

    do $$
    declare name text;
    begin
      foreach name in array array['import_reports', 'exchange_origins', 'exchange_sources', 'project_exports'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select on import_reports, exchange_origins, exchange_sources to fieldnotes_team;
    grant select, insert, update on project_exports to fieldnotes_team;

    -- Fills tables of a study that this very transaction has founded, and of no other: whole rows, as an archive or another
    -- program's file has them. It runs as the owner, because no role may write every table; a row of another study, a table
    -- outside the wall, or a study that was there before is refused.
    create function load_study_rows(of_table text, given jsonb) returns integer language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      columns text;
      loaded integer;
    begin
      if jsonb_array_length(given) = 0 then
        return 0;
      end if;
      if not exists (select from studies where id = study and xmin = pg_current_xact_id()::xid) then
        raise exception 'rows are loaded only into a study that the same transaction has founded';
      end if;
      if not exists (
        select from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'study_id' and not attisdropped
         where relnamespace = 'public'::regnamespace and relname = of_table and relkind = 'r' and relrowsecurity
           and relname <> 'events'
      ) then
        raise exception 'no table of a study is called %', of_table;
      end if;
      select string_agg(quote_ident(attname), ', ' order by attnum) into columns
        from pg_attribute
       where attrelid = format('public.%I', of_table)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
         and jsonb_exists(given -> 0, attname);
      execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1)
        where study_id = $2', of_table, columns) using given, study;
      get diagnostics loaded = row_count;
      if loaded <> jsonb_array_length(given) then
        raise exception 'rows of another study';
      end if;
      return loaded;
    end $$;
    revoke execute on function load_study_rows(text, jsonb) from public;
    grant execute on function load_study_rows(text, jsonb) to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function load_study_rows(text, jsonb);
    drop table project_exports, exchange_sources, exchange_origins, import_reports, project_imports;
  `);
}
