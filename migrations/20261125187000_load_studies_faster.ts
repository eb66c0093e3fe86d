import type { Knex } from 'knex';

// A large study comes in row by row through constraints and triggers, and some things cost it time that they need not:
// that a row's study is there was asked beside that its note is there, which cannot be without it; whether a coding is being
// restored was asked of a function, three times a coding; and the words of its notes were looked for one note after the
// other, which two processors can do at once; and they were filed one note after the other.
const IMPLIED = ['note_paragraphs', 'note_search', 'codings'];

// What adds codings on behalf of a person is always one of these. No function of the owner's adds any but for restoring.
const PEOPLE = `'{fieldnotes_team,fieldnotes_agency,fieldnotes_account}'::name[]`;
const FLAG = `coalesce(current_setting('app.restoring', true), '') = ''`;
const CODING_TRIGGERS: [name: string, event: string][] = [
  ['seal_coding', 'insert'],
  ['keep_coding', 'insert or update of revision_id'],
  ['withhold_coding', 'insert or update of revision_id, start_position, end_position'],
];

function codingTriggers(isAwake: string): string {
  return CODING_TRIGGERS.map(
    ([name, event]) => `
    drop trigger ${name} on codings;
    create trigger ${name} before ${event} on codings for each row when (${FLAG} or ${isAwake}) execute function ${name}();`,
  ).join('');
}

const DOCUMENT = `
             to_tsvector('public.note_words', observed)
             || setweight(to_tsvector('public.note_words', theoretical), 'A')
             || setweight(to_tsvector('public.note_words', methodological), 'B')
             || setweight(to_tsvector('public.note_words', personal), 'C')
             || as_they_stand(to_tsvector('public.note_plain', observed)
                              || setweight(to_tsvector('public.note_plain', theoretical), 'A')
                              || setweight(to_tsvector('public.note_plain', methodological), 'B')
                              || setweight(to_tsvector('public.note_plain', personal), 'C'))`;
const TEXTS = String.raw`
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'ON'), '') as observed,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'TN'), '') as theoretical,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'MN'), '') as methodological,
                     coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'PN'), '') as personal`;

const PARALLEL = `
      set plan_cache_mode = force_custom_plan
      set max_parallel_workers_per_gather = 1 set parallel_setup_cost = 0 set parallel_tuple_cost = 0
      set min_parallel_table_scan_size = 0 set min_parallel_index_scan_size = 0`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    ${IMPLIED.map((table) => `alter table ${table} drop constraint ${table}_study_id_fkey;`).join('\n')}
    ${codingTriggers(`current_user = any (${PEOPLE})`)}

    -- Rows of several tables by their names, in this order: one trip for a lot, so that the database does not wait between.
    create function load_study_lot(tables text[], given jsonb) returns void language plpgsql
      set search_path = pg_catalog, public, pg_temp as $$
    declare of_table text;
    begin
      foreach of_table in array tables loop
        perform load_study_rows(of_table, given -> of_table);
      end loop;
    end $$;
    revoke execute on function load_study_lot(text[], jsonb) from public;
    grant execute on function load_study_lot(text[], jsonb) to fieldnotes_account;

    -- What search finds a text by, in parts of some 50,000 characters. Most texts are one part and have no labels.
    create function note_documents(title text, body text) returns table (part bigint, document tsvector)
      language plpgsql immutable parallel safe cost 10000 rows 1
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      whole constant text := title || E'\n' || body;
    begin
      if char_length(whole) <= 50000 and body !~ '(^|\n)[TMP]N:' then
        return query select 0::bigint, to_tsvector('public.note_words', whole)
          || as_they_stand(to_tsvector('public.note_plain', whole));
        return;
      end if;
      return query
        select texts.part, ${DOCUMENT}
          from (select placed.part, ${TEXTS}
                  from (select number, cut, label, piece, sum(length) over (order by number, cut) / 50000 as part
                          from (select 0 as number, 0 as cut, 'ON' as label, title as piece, char_length(title) as length
                                union all
                                select number, cut, case when left(line, 3) in ('TN:', 'MN:', 'PN:') then left(line, 2) else 'ON' end,
                                       substring(line from cut * 50000 + 1 for 50100), least(char_length(line) - cut * 50000, 50100)
                                  from string_to_table(body, E'\n') with ordinality as lines (line, number),
                                       generate_series(0, (char_length(line) - 1) / 50000) as cut) as pieces) as placed
                 group by placed.part) as texts (part, observed, theoretical, methodological, personal);
    end $$;

    -- The rows of note_search of many revisions. A second process helps, where there is one: an expression may be shared out,
    -- a statement that writes may not. Without these settings the planner holds it not to be worth while.
    create function search_rows(revisions uuid[]) returns note_search[] language plpgsql
      set search_path = pg_catalog, public, pg_temp ${PARALLEL} as $$
    begin
      return (select array_agg(row(note_id, part, 0, study_id, document, null)::note_search)
                from note_revisions, note_documents(title, body) where id = any (revisions));
    end $$;
    revoke execute on function note_documents(text, text), search_rows(uuid[]) from public;

    create or replace function keep_note_search() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      revisions constant uuid[] := array(select distinct on (note_id) id from added order by note_id, number desc);
    begin
      delete from note_search where note_id in (select note_id from added);
      if cardinality(revisions) < 20 then
        insert into note_search (note_id, part, parts, study_id, document)
          select note_id, row_number() over (partition by note_id order by part), count(*) over (partition by note_id),
                 study_id, document
            from note_revisions, note_documents(title, body) where id = any (revisions);
      else
        insert into note_search (note_id, part, parts, study_id, document)
          select note_id, row_number() over (partition by note_id order by part), count(*) over (partition by note_id),
                 study_id, document
            from unnest(search_rows(revisions));
      end if;
      return null;
    end $$;
    -- Words of many notes are filed together; a search looks through what waits, which is some seventy notes at most.
    alter index note_search_document set (fastupdate = on, gin_pending_list_limit = 256);
    drop function index_note(uuid, uuid, text);
    drop function index_notes(uuid, uuid[], text[]);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    alter index note_search_document set (fastupdate = off);
    alter index note_search_document reset (gin_pending_list_limit);
    create function index_notes(of_study uuid, notes uuid[], titles text[]) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      delete from note_search where note_id = any (notes);
      insert into note_search (note_id, part, parts, study_id, document)
      select note_id, row_number() over (partition by note_id order by part), count(*) over (partition by note_id), of_study,
             ${DOCUMENT}
        from (select note_id, part, ${TEXTS}
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
    create function index_note(of_study uuid, of_note uuid, title text) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      select index_notes(of_study, array[of_note], array[title]);
    $$;
    revoke execute on function index_notes(uuid, uuid[], text[]), index_note(uuid, uuid, text) from public;
    create or replace function keep_note_search() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      -- keep_note_paragraphs has run before: triggers fire in the order of their names.
      perform index_notes(study_id, array_agg(note_id), array_agg(title))
        from (select distinct on (note_id) study_id, note_id, title from added order by note_id, number desc) as newest
       group by study_id;
      return null;
    end $$;
    drop function load_study_lot(text[], jsonb);
    drop function search_rows(uuid[]);
    drop function note_documents(text, text);

    ${codingTriggers('not founded_just_now()')}
    ${IMPLIED.map((table) => `alter table ${table} add foreign key (study_id) references studies (id);`).join('\n')}
  `);
}
