import type { Knex } from 'knex';

// Whole studies as archives: docs/decisions/0023-archives.md. Reading and loading run as the tables' owner, because no role
// sees every row or may write every table. Reading answers only to a present lead; loading only into a study that the same
// transaction has founded.
//
// Rows of an archive are taken as they are: what triggers would derive from them, or refuse, is in the archive already.
// So triggers rest while rows are restored, and only then: the setting is on inside one function, and even if somebody
// else set it, founded_just_now() holds for no study that was there before.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    -- Where a study came from that was restored here: until something happens in it, an archive of it says the same.
    create table restored_studies (
      study_id uuid primary key references studies (id),
      sha256 text not null constraint restored_studies_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
      origin jsonb not null,
      links bigint not null,
      restored_by uuid not null,
      restored_at timestamptz not null default now()
    );
    alter table restored_studies enable row level security;
    create policy team on restored_studies to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select on restored_studies to fieldnotes_team;

    create function founded_just_now() returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
      select exists (select from studies
        where id = nullif(current_setting('app.study', true), '')::uuid and xmin = pg_current_xact_id()::xid)
    $$;
    revoke execute on function founded_just_now() from public;
    grant execute on function founded_just_now() to fieldnotes_account, fieldnotes_team, fieldnotes_agency;

    do $$
    declare one record; definition text;
    begin
      for one in
        select pg_get_triggerdef(pg_trigger.oid) as definition, tgname, relname, tgenabled
          from pg_trigger join pg_class on pg_class.oid = tgrelid
         where relnamespace = 'public'::regnamespace and not tgisinternal and tgtype & 4 <> 0
           and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'study_id' and not attisdropped)
      loop
        definition := regexp_replace(one.definition, '( WHEN \((.*)\))\? EXECUTE FUNCTION ',
          ' WHEN ((coalesce(current_setting(''app.restoring'', true), '''') = '''' or not founded_just_now())'
            || case when one.definition ~ ' WHEN \(' then ' and (\2)' else '' end || ') EXECUTE FUNCTION ');
        execute format('drop trigger %I on %I', one.tgname, one.relname);
        execute definition;
      end loop;
    end $$;

    -- What has happened since the study last changed, but for archives of it: an archive cannot hold its own making.
    create function archive_tail(study uuid) returns setof uuid language sql stable
      set search_path = pg_catalog, public, pg_temp as $$
      with found as (
        select events.id, row_number() over (order by number nulls last, at, events.id) as place,
               kind in ('project-export.requested', 'project-export.downloaded') and exists (
                 select from project_exports where project_exports.id = subject_id and format = 'archive') as is_own
          from events left join trail_links on trail_links.event_id = events.id
         where events.study_id = study)
      select id from found where place > coalesce((select max(place) from found where not is_own), 0)
    $$;
    revoke execute on function archive_tail(uuid) from public;

    -- The rows of a table of the study as JSON, each the same text wherever it is written; "without" names columns.
    create function archive_rows(of_table text, study uuid, without text[]) returns setof text language plpgsql stable
      set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres'
      set extra_float_digits = 3 set bytea_output = 'hex' as $$
    declare
      generated text[];
      ordering text;
      condition text := format('study_id = %L', study);
      shown text := 'to_jsonb(given) - $1';
    begin
      if of_table = 'studies' then
        return query select (to_jsonb(studies) - without)::text from studies where id = study;
        return;
      end if;
      if not exists (
        select from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'study_id' and not attisdropped
         where relnamespace = 'public'::regnamespace and relname = of_table and relkind = 'r' and relrowsecurity
      ) then
        raise exception 'no table of a study is called %', of_table;
      end if;
      select coalesce(array_agg(attname::text) filter (where attgenerated <> ''), '{}') into generated
        from pg_attribute where attrelid = format('public.%I', of_table)::regclass and attnum > 0 and not attisdropped;
      select string_agg(format('%I', attname) || case when atttypid = 'text'::regtype then ' collate "C"' else '' end, ', ' order by place)
        into ordering
        from pg_index, unnest(indkey) with ordinality as key (number, place), pg_attribute
       where indrelid = format('public.%I', of_table)::regclass and indisprimary and attrelid = indrelid and attnum = number;
      if of_table in ('events', 'trail_links', 'trail_queue') then
        condition := condition || format(' and %I not in (select archive_tail(%L))',
          case when of_table = 'events' then 'id' else 'event_id' end, study);
      elsif of_table = 'project_exports' then
        condition := condition || format(' and not (format = %L and id in (select subject_id from events where id in (select archive_tail(%L))))',
          'archive', study);
      elsif of_table = 'invitations' then
        -- A link that let somebody in does not let them in elsewhere: this is no digest of anything.
        shown := 'jsonb_set(to_jsonb(given) - $1, ''{token_digest}'', to_jsonb(''not in archives: '' || id))';
      end if;
      return query execute format('select (%s)::text from %I as given where %s order by %s',
        shown, of_table, condition, coalesce(ordering, 'to_jsonb(given)::text collate "C"'))
        using generated || without;
    end $$;
    revoke execute on function archive_rows(text, uuid, text[]) from public;

    create function read_study_rows(of_table text) returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select archive_rows(of_table, study_led(), '{}') where study_led() is not null
    $$;

    -- Everybody whom a row of the study names, as far as another installation needs to know who that is.
    create function read_study_people() returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select jsonb_build_object('id', id, 'name', name,
               'email', case when email like '%@from-a-file.invalid' then null else email end)::text
        from people
       where id in (select person_id from memberships where study_id = study_led()
                    union select accepted_by from invitations where study_id = study_led())
       order by id
    $$;

    -- How far the study's chain is right, as an archive says it: links, the last hash, and where it breaks if it does.
    create function trail_summary(study uuid) returns table (links bigint, hash text, broken_at bigint, changed_at timestamptz)
      language sql stable set search_path = pg_catalog, public, pg_temp as $$
      with tail as (select archive_tail(study) as id),
      chain as (
        select number, trail_links.hash, events.id is null as is_gone,
               trail_hash(coalesce(lag(trail_links.hash) over (order by number), sha256(convert_to('trail of ' || study, 'UTF8'))), events) as expected,
               row_number() over (order by number) as place
          from trail_links left join events on events.id = event_id and events.study_id = study
         where trail_links.study_id = study and event_id not in (select id from tail))
      select (select count(*) from chain), (select encode(chain.hash, 'hex') from chain order by number desc limit 1),
             (select min(place) from chain where is_gone or place <> number or expected <> chain.hash),
             (select max(at) from events where study_id = study and id not in (select id from tail))
    $$;
    revoke execute on function trail_summary(uuid) from public;

    create function read_study_trail() returns table (links bigint, hash text, broken_at bigint, changed_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select trail_summary.* from trail_summary(study_led()) where study_led() is not null
    $$;

    -- Whether a study of that id is here, for whoever wants to restore it. It says nothing else about it.
    create function is_study_here(study uuid) returns boolean language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select exists (select from studies where id = study)
    $$;

    -- False when there is one of that id.
    create function found_restored_study(given jsonb) returns boolean language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare columns text; founded integer;
    begin
      select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
       where attrelid = 'studies'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and jsonb_exists(given, attname);
      execute format('insert into studies (%1$s) select %1$s from jsonb_populate_record(null::studies, $1) on conflict do nothing', columns)
        using given;
      get diagnostics founded = row_count;
      perform set_config('app.study', given ->> 'id', true);
      return founded = 1;
    end $$;

    -- Like load_study_rows(), but for events too and with triggers at rest. "people" says who somebody of the archive is here.
    create function restore_study_rows(of_table text, given jsonb, people jsonb) returns integer language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      columns text;
      naming text[];
      loaded integer;
    begin
      if jsonb_array_length(given) = 0 then return 0; end if;
      if not founded_just_now() then
        raise exception 'rows are restored only into a study that the same transaction has founded';
      end if;
      if not exists (
        select from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'study_id' and not attisdropped
         where relnamespace = 'public'::regnamespace and relname = of_table and relkind = 'r' and relrowsecurity
      ) then
        raise exception 'no table of a study is called %', of_table;
      end if;
      select array_agg(attname::text) into naming
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
       where contype = 'f' and confrelid = 'people'::regclass and conrelid = format('public.%I', of_table)::regclass;
      if naming is not null then
        select jsonb_agg(row || coalesce((select jsonb_object_agg(name, people ->> (row ->> name))
                 from unnest(naming) as name where jsonb_exists(people, row ->> name)), '{}') order by place)
          into given from jsonb_array_elements(given) with ordinality as rows (row, place);
      end if;
      select string_agg(quote_ident(attname), ', ' order by attnum) into columns
        from pg_attribute
       where attrelid = format('public.%I', of_table)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
         and jsonb_exists(given -> 0, attname);
      perform set_config('app.restoring', 'on', true);
      execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1)
        where study_id = $2', of_table, columns) using given, study;
      get diagnostics loaded = row_count;
      perform set_config('app.restoring', '', true);
      if loaded <> jsonb_array_length(given) then
        raise exception 'rows of another study';
      end if;
      return loaded;
    end $$;

    create function read_restored_rows(of_table text, without text[]) returns setof text language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select archive_rows(of_table, nullif(current_setting('app.study', true), '')::uuid, without) where founded_just_now()
    $$;
    create function read_restored_trail() returns table (links bigint, hash text, broken_at bigint, changed_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select trail_summary.* from trail_summary(nullif(current_setting('app.study', true), '')::uuid) where founded_just_now()
    $$;

    do $$
    declare name text;
    begin
      foreach name in array array['read_study_rows(text)', 'read_study_people()', 'read_study_trail()'] loop
        execute format('revoke execute on function %s from public', name);
        execute format('grant execute on function %s to fieldnotes_team', name);
      end loop;
      foreach name in array array['is_study_here(uuid)', 'found_restored_study(jsonb)', 'restore_study_rows(text, jsonb, jsonb)',
        'read_restored_rows(text, text[])', 'read_restored_trail()'] loop
        execute format('revoke execute on function %s from public', name);
        execute format('grant execute on function %s to fieldnotes_account', name);
      end loop;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    drop function read_restored_trail();
    drop function read_restored_rows(text, text[]);
    drop function restore_study_rows(text, jsonb, jsonb);
    drop function found_restored_study(jsonb);
    drop function is_study_here(uuid);
    drop function read_study_trail();
    drop function trail_summary(uuid);
    drop function read_study_people();
    drop function read_study_rows(text);
    drop function archive_rows(text, uuid, text[]);
    drop function archive_tail(uuid);
    do $$
    declare one record; definition text;
    begin
      for one in
        select pg_get_triggerdef(pg_trigger.oid) as definition, tgname, relname
          from pg_trigger join pg_class on pg_class.oid = tgrelid
         where relnamespace = 'public'::regnamespace and not tgisinternal
           and pg_get_triggerdef(pg_trigger.oid) like '%founded_just_now%'
      loop
        definition := regexp_replace(one.definition, ' WHEN \(.*\) EXECUTE FUNCTION ', ' EXECUTE FUNCTION ');
        execute format('drop trigger %I on %I', one.tgname, one.relname);
        execute definition;
      end loop;
    end $$;
    drop function founded_just_now();
    drop table restored_studies;
  `);
}
