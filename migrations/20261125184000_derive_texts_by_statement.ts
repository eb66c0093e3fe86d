import type { Knex } from 'knex';

// What the database derives of a text, its paragraphs and its words for searching, is derived once for all rows that a
// statement adds, no longer row by row: a project of 20,000 notes comes in by some hundred statements. The functions fire
// in the order of their names, as before.
const TRIGGERS = ['keep_note_paragraphs', 'keep_note_search', 'keep_note_withheld', 'keep_text'];

const AWAKE = `(coalesce(current_setting('app.restoring', true), '') = '' or not founded_just_now())`;

function triggers(each: string): string {
  return TRIGGERS.map(
    (name) => `
    drop trigger ${name} on note_revisions;
    create trigger ${name} after insert on note_revisions ${each}
      when (${AWAKE}) execute function ${name}();`,
  ).join('');
}

export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    -- Words are counted by splitting at blanks; the blanks of JavaScript beside the common one, which is nearly always the
    -- only one, are looked for once in a text.
    create or replace function keep_note_paragraphs() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      notes constant uuid[] := array(select note_id from added);
    begin
      delete from note_paragraphs where note_id = any (notes);
      insert into note_paragraphs (note_id, number, study_id, revision_id, start_position, end_position, label, word_count, body)
      select note_id, row_number() over (partition by note_id order by line_number), study_id, id, ends - length, ends,
             case when left(line, 3) in ('ON:', 'TN:', 'MN:', 'PN:') then left(line, 2) else 'ON' end, words, line
        from (select note_id, study_id, id, line, line_number, char_length(line) as length,
                     sum(char_length(line) + 1) over (partition by note_id order by line_number) - 1 as ends,
                     case when has_other_blanks
                          then regexp_count(line, '[^ \u0009\u000A-\u000D\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+')
                          else cardinality(array_remove(string_to_array(line, ' '), '')) end as words
                from (select distinct on (note_id) note_id, study_id, id, body,
                             body ~ '[\u0009\u000B-\u000D\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]' as has_other_blanks
                        from added order by note_id, number desc) as newest,
                     string_to_table(body, E'\n') with ordinality as lines (line, line_number)) as placed
       where words > 0;
      return null;
    end $$;

    -- index_note() for several notes at once; "titles" are theirs in the same order.
    create function index_notes(of_study uuid, notes uuid[], titles text[]) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      delete from note_search where note_id = any (notes);
      insert into note_search (note_id, part, parts, study_id, document)
      select note_id, row_number() over (partition by note_id order by part), count(*) over (partition by note_id), of_study,
             to_tsvector('public.note_words', observed)
             || setweight(to_tsvector('public.note_words', theoretical), 'A')
             || setweight(to_tsvector('public.note_words', methodological), 'B')
             || setweight(to_tsvector('public.note_words', personal), 'C')
             || as_they_stand(to_tsvector('public.note_plain', observed)
                              || setweight(to_tsvector('public.note_plain', theoretical), 'A')
                              || setweight(to_tsvector('public.note_plain', methodological), 'B')
                              || setweight(to_tsvector('public.note_plain', personal), 'C'))
        from (select note_id, part,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'ON'), '') as observed,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'TN'), '') as theoretical,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'MN'), '') as methodological,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'PN'), '') as personal
                from (select note_id, number, cut, label, piece,
                             sum(char_length(piece)) over (partition by note_id order by number, cut) / 50000 as part
                        from (select note_id, 0 as number, 0 as cut, 'ON' as label, title as piece
                                from unnest(notes, titles) as given (note_id, title)
                              union all
                              select note_id, number, cut, label, substring(body from cut * 50000 + 1 for 50100)
                                from note_paragraphs, generate_series(0, (end_position - start_position - 1) / 50000) as cut
                               where note_id = any (notes)) as pieces) as placed
               group by note_id, part) as texts;
    $$;
    revoke execute on function index_notes(uuid, uuid[], text[]) from public;

    create or replace function index_note(of_study uuid, of_note uuid, title text) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      select index_notes(of_study, array[of_note], array[title]);
    $$;

    create or replace function keep_note_search() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      -- keep_note_paragraphs has run before: triggers fire in the order of their names.
      perform index_notes(study_id, array_agg(note_id), array_agg(title))
        from (select distinct on (note_id) study_id, note_id, title from added order by note_id, number desc) as newest
       group by study_id;
      return null;
    end $$;

    create or replace function keep_note_withheld() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare of_note uuid;
    begin
      -- Nobody can be mentioned in a study that has nobody and that only this transaction sees.
      if founded_just_now() and not exists (select from participants where study_id in (select study_id from added)) then
        return null;
      end if;
      for of_note in select note_id from added order by number loop
        perform carry_hand_marks(of_note);
        perform find_mentions(of_note);
      end loop;
      return null;
    end $$;

    create or replace function keep_text() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare one record;
    begin
      for one in select * from added where deidentified or kept_for is not null order by number loop
        if one.deidentified then
          if one.deidentifies then
            update note_revisions set original = true where note_id = one.note_id and number < one.number and not original;
          end if;
          update notes set deidentification = 'de-identified', deidentified_at = now(), deidentified_by = one.saved_by,
                 checked_at = null, checked_by = null, released_at = null, released_by = null
           where id = one.note_id;
          perform keep_originals(one.study_id, one.note_id);
        else
          update note_paragraphs set kept_for = one.kept_for where note_id = one.note_id;
          update note_search set kept_for = one.kept_for where note_id = one.note_id;
        end if;
      end loop;
      return null;
    end $$;
    ${triggers('referencing new table as added for each statement')}

    -- As it was, but that three triggers of each coding rest where they would find nothing to say: in a study in which
    -- nothing is withheld or coded blind. Whom a coding is kept for is its revision's, as keep_coding() says.
    create or replace function load_study_rows(of_table text, given jsonb) returns integer language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      columns text[];
      is_plain boolean := false;
      loaded integer;
    begin
      if jsonb_array_length(given) = 0 then
        return 0;
      end if;
      if not founded_just_now() then
        raise exception 'rows are loaded only into a study that the same transaction has founded';
      end if;
      if not exists (
        select from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'study_id' and not attisdropped
         where relnamespace = 'public'::regnamespace and relname = of_table and relkind = 'r' and relrowsecurity
           and relname <> 'events'
      ) then
        raise exception 'no table of a study is called %', of_table;
      end if;
      select array_agg(quote_ident(attname) order by attnum) into columns
        from pg_attribute
       where attrelid = format('public.%I', of_table)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
         and jsonb_exists(given -> 0, attname);
      if of_table = 'codings' then
        is_plain := not exists (select from note_withheld where study_id = study)
          and not exists (select from double_codings where study_id = study);
        columns := array_remove(columns, 'kept_for');
      end if;
      perform set_config('app.restoring', case when is_plain then 'on' else '' end, true);
      execute format('insert into public.%1$I (%2$s %3$s) select %2$s %4$s
          from jsonb_populate_recordset(null::public.%1$I, $1) as loaded where study_id = $2',
        of_table, array_to_string(columns, ', '), case when is_plain then ', kept_for' end,
        case when is_plain then ', (select kept_for from note_revisions where id = loaded.revision_id)' end) using given, study;
      get diagnostics loaded = row_count;
      perform set_config('app.restoring', '', true);
      if loaded <> jsonb_array_length(given) then
        raise exception 'rows of another study';
      end if;
      return loaded;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create or replace function keep_note_paragraphs() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      delete from note_paragraphs where note_id = new.note_id;
      insert into note_paragraphs (note_id, number, study_id, revision_id, start_position, end_position, label, word_count, body)
      select new.note_id, row_number() over (order by line_number), new.study_id, new.id, ends - length, ends,
             coalesce(substring(line from '^(ON|TN|MN|PN):'), 'ON'), regexp_count(line, '[^ \u0009\u000A-\u000D\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+'), line
        from (select line, line_number, char_length(line) as length,
                     sum(char_length(line) + 1) over (order by line_number) - 1 as ends
                from string_to_table(new.body, E'\n') with ordinality as lines (line, line_number)) as placed
       where btrim(line, U&' \0009\000B\000C\000D\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\3000\FEFF') <> '';
      return null;
    end $$;
    create or replace function index_note(of_study uuid, of_note uuid, title text) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      delete from note_search where note_id = of_note;
      insert into note_search (note_id, part, parts, study_id, document)
      select of_note, row_number() over (order by part), count(*) over (), of_study,
             to_tsvector('public.note_words', observed)
             || setweight(to_tsvector('public.note_words', theoretical), 'A')
             || setweight(to_tsvector('public.note_words', methodological), 'B')
             || setweight(to_tsvector('public.note_words', personal), 'C')
             || as_they_stand(to_tsvector('public.note_plain', observed)
                              || setweight(to_tsvector('public.note_plain', theoretical), 'A')
                              || setweight(to_tsvector('public.note_plain', methodological), 'B')
                              || setweight(to_tsvector('public.note_plain', personal), 'C'))
        from (select part,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'ON'), '') as observed,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'TN'), '') as theoretical,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'MN'), '') as methodological,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'PN'), '') as personal
                from (select number, cut, label, piece, sum(char_length(piece)) over (order by number, cut) / 50000 as part
                        from (select 0 as number, 0 as cut, 'ON' as label, title as piece
                              union all
                              select number, cut, label, substring(body from cut * 50000 + 1 for 50100)
                                from note_paragraphs, generate_series(0, (end_position - start_position - 1) / 50000) as cut
                               where note_id = of_note) as pieces) as placed
               group by part) as texts;
    $$;
    create or replace function keep_note_search() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      -- keep_note_paragraphs has run before: triggers fire in the order of their names.
      perform index_note(new.study_id, new.note_id, new.title);
      return null;
    end $$;
    create or replace function keep_note_withheld() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform carry_hand_marks(new.note_id);
      perform find_mentions(new.note_id);
      return null;
    end $$;
    create or replace function keep_text() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      if new.deidentified then
        if new.deidentifies then
          update note_revisions set original = true where note_id = new.note_id and number < new.number and not original;
        end if;
        update notes set deidentification = 'de-identified', deidentified_at = now(), deidentified_by = new.saved_by,
               checked_at = null, checked_by = null, released_at = null, released_by = null
         where id = new.note_id;
        perform keep_originals(new.study_id, new.note_id);
      elsif new.kept_for is not null then
        update note_paragraphs set kept_for = new.kept_for where note_id = new.note_id;
        update note_search set kept_for = new.kept_for where note_id = new.note_id;
      end if;
      return null;
    end $$;
    create or replace function load_study_rows(of_table text, given jsonb) returns integer language plpgsql security definer
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
    drop function index_notes(uuid, uuid[], text[]);
    ${triggers('for each row')}
  `);
}
