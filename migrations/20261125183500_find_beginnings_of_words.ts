import type { Knex } from 'knex';

// The documents held stems alone, and the stem of "activity" is "activ": whoever looked for activit* found nothing, nor did
// so*, as "so" is left out for being common. So a document has each word as it stands too, small and without accents,
// behind "=", which no stem begins with. search_notes() now takes queries already read, as only the caller knows
// which words are to be compared how.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create text search configuration note_plain (copy = simple);
    do $$
    begin
      execute format('alter text search configuration note_plain
        alter mapping for word, hword, hword_part with %s.unaccent, simple',
        (select extnamespace::regnamespace from pg_extension where extname = 'unaccent'));
    end $$;

    create function as_they_stand(words tsvector) returns tsvector language sql immutable strict parallel safe
      set search_path = pg_catalog, public, pg_temp as $$
      -- Written as 'bus':1,4 'fare':2: no word has a blank in it.
      select substr(replace(' ' || words::text, ' ''', ' ''='), 2)::tsvector
    $$;
    create function as_they_stand(query tsquery) returns tsquery language sql immutable strict parallel safe
      set search_path = pg_catalog, public, pg_temp as $$
      select regexp_replace(query::text, '(^|[ (!])''', '\1''=', 'g')::tsquery
    $$;
    revoke execute on function as_they_stand(tsvector), as_they_stand(tsquery) from public;
    grant execute on function as_they_stand(tsquery) to fieldnotes_team;

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

    ${searchNotes((given) => `${given}::tsquery`)}
    ${INDEX_AGAIN}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    ${searchNotes((given) => `to_tsquery('public.note_words', ${given})`)}

    create or replace function index_note(of_study uuid, of_note uuid, title text) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      delete from note_search where note_id = of_note;
      insert into note_search (note_id, part, parts, study_id, document)
      select of_note, row_number() over (order by part), count(*) over (), of_study,
             to_tsvector('public.note_words', coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'ON'), ''))
             || setweight(to_tsvector('public.note_words', coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'TN'), '')), 'A')
             || setweight(to_tsvector('public.note_words', coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'MN'), '')), 'B')
             || setweight(to_tsvector('public.note_words', coalesce(string_agg(piece, E'\n' order by number, cut) filter (where label = 'PN'), '')), 'C')
        from (select number, cut, label, piece, sum(char_length(piece)) over (order by number, cut) / 50000 as part
                from (select 0 as number, 0 as cut, 'ON' as label, title as piece
                      union all
                      select number, cut, label, substring(body from cut * 50000 + 1 for 50100)
                        from note_paragraphs, generate_series(0, (end_position - start_position - 1) / 50000) as cut
                       where note_id = of_note) as pieces) as placed
       group by part;
    $$;

    ${INDEX_AGAIN}
    drop function as_they_stand(tsvector);
    drop function as_they_stand(tsquery);
    drop text search configuration note_plain;
  `);
}

// Writes the documents anew, each for whom it was kept.
const INDEX_AGAIN = `
    create temporary table kept_documents on commit drop as
      select note_id, max(kept_for::text)::uuid as kept_for from note_search group by note_id;
    select index_note(notes.study_id, notes.id, note_revisions.title)
      from kept_documents
      join notes on notes.id = kept_documents.note_id
      join note_revisions on note_revisions.note_id = notes.id and note_revisions.number = notes.latest_revision;
    update note_search set kept_for = kept_documents.kept_for
      from kept_documents where kept_documents.note_id = note_search.note_id and kept_documents.kept_for is not null;
    drop table kept_documents;`;

// As before but for how a query is read.
function searchNotes(read: (given: string) => string): string {
  const seen = (row: string) => `and (${row}.kept_for is null or ${row}.kept_for = member or is_lead)`;
  return `
    create or replace function search_notes(must text[], must_not text, ranked boolean) returns table (note_id uuid, rank real)
      language plpgsql stable security definer rows 100
      set search_path = pg_catalog, public, pg_temp
      set plan_cache_mode = force_custom_plan as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      member constant uuid := nullif(current_setting('app.member', true), '');
      clauses constant tsquery[] := array(
        select clause from unnest(must) as given, lateral (select ${read('given')} as clause) as read
         where numnode(clause) > 0);
      never constant tsquery := ${read("coalesce(must_not, '')")};
      is_lead boolean;
      whole tsquery;
      clause tsquery;
    begin
      select role = 'lead' into is_lead from memberships
       where id = member and study_id = study and role in ('lead', 'researcher') and ended_at is null;
      if cardinality(clauses) = 0 or is_lead is null then
        return;
      end if;
      foreach clause in array clauses loop
        whole := coalesce(whole && clause, clause);
      end loop;
      return query
        select found.note_id, case when ranked then ts_rank('{1,1,1,1}', found.document, whole) else 0 end
          from note_search as found
         where found.study_id = study and found.parts = 1 ${seen('found')}
           and found.document @@ case when numnode(never) > 0 then whole && !!never else whole end
        union all
        select long.note_id, case when ranked then max(ts_rank('{1,1,1,1}', long.document, whole)) else 0 end
          from note_search as long
         where long.study_id = study and long.parts > 1 ${seen('long')}
         group by long.note_id
        having not exists (
                 select from unnest(clauses) as needed
                  where not exists (select from note_search as part
                                     where part.note_id = long.note_id and part.document @@ needed))
           and not exists (select from note_search as part
                            where part.note_id = long.note_id and numnode(never) > 0 and part.document @@ never);
    end $$;`;
}
