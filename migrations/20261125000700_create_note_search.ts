import type { Knex } from 'knex';

// Full text over the newest revision of each note. Words are compared by their English stems and without their accents.
// A row holds up to some 50,000 characters of a note: a tsvector keeps no positions beyond its 16,383rd word, and cannot
// hold a note of 5 MB. The labels of paragraphs are kept as weights: TN as A, MN as B, PN as C, ON and the title as D.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create extension if not exists unaccent;
    create extension if not exists pg_trgm;

    create text search configuration note_words (copy = english);
    do $$
    begin
      -- The administrator may have put the extension into a schema of its own.
      execute format('alter text search configuration note_words
        alter mapping for word, hword, hword_part with %s.unaccent, english_stem',
        (select extnamespace::regnamespace from pg_extension where extname = 'unaccent'));
    end $$;

    create table note_search (
      note_id uuid not null,
      part integer not null,
      parts integer not null,
      study_id uuid not null references studies (id),
      document tsvector not null,
      primary key (note_id, part),
      foreign key (study_id, note_id) references notes (study_id, id)
    );
    create index note_search_document on note_search using gin (document) with (fastupdate = off);
    create index note_search_long on note_search (study_id, note_id) where parts > 1;

    alter table note_search enable row level security;
    create policy team on note_search to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select on note_search to fieldnotes_team;

    -- A paragraph longer than a part is cut into pieces that overlap, so that the word at a cut is whole in one of them.
    create function index_note(of_study uuid, of_note uuid, title text) returns void language sql
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

    create function keep_note_search() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      -- keep_note_paragraphs has run before: triggers fire in the order of their names.
      perform index_note(new.study_id, new.note_id, new.title);
      return null;
    end $$;
    create trigger keep_note_search after insert on note_revisions
      for each row execute function keep_note_search();

    -- Under row-level security a full-text index is not used, because @@ is not leakproof. This function runs as the
    -- owner, so it keeps the wall itself: it answers for the study and the member that inStudy() has set, and only when
    -- that member is at present a lead or researcher of that study. Every one of "must" has to be in the note, nothing of
    -- "must_not"; both are written for to_tsquery. Removed notes are for the caller to leave out.
    create function search_notes(must text[], must_not text, ranked boolean) returns table (note_id uuid, rank real)
      language plpgsql stable security definer rows 100
      set search_path = pg_catalog, public, pg_temp
      set plan_cache_mode = force_custom_plan as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      member constant uuid := nullif(current_setting('app.member', true), '');
      clauses constant tsquery[] := array(
        select clause from unnest(must) as given, to_tsquery('public.note_words', given) as clause where numnode(clause) > 0);
      never constant tsquery := to_tsquery('public.note_words', coalesce(must_not, ''));
      whole tsquery;
      clause tsquery;
    begin
      if cardinality(clauses) = 0 or not exists (
        select from memberships
         where id = member and study_id = study and role in ('lead', 'researcher') and ended_at is null
      ) then
        return;
      end if;
      foreach clause in array clauses loop
        whole := coalesce(whole && clause, clause);
      end loop;
      return query
        select found.note_id, case when ranked then ts_rank('{1,1,1,1}', found.document, whole) else 0 end
          from note_search as found
         where found.study_id = study and found.parts = 1
           and found.document @@ case when numnode(never) > 0 then whole && !!never else whole end
        union all
        select long.note_id, case when ranked then max(ts_rank('{1,1,1,1}', long.document, whole)) else 0 end
          from note_search as long
         where long.study_id = study and long.parts > 1
         group by long.note_id
        having not exists (
                 select from unnest(clauses) as needed
                  where not exists (select from note_search as part
                                     where part.note_id = long.note_id and part.document @@ needed))
           and not exists (select from note_search as part
                            where part.note_id = long.note_id and numnode(never) > 0 and part.document @@ never);
    end $$;
    revoke execute on function index_note(uuid, uuid, text), search_notes(text[], text, boolean) from public;
    grant execute on function search_notes(text[], text, boolean) to fieldnotes_team;

    select index_note(notes.study_id, notes.id, note_revisions.title)
      from notes join note_revisions
        on note_revisions.note_id = notes.id and note_revisions.number = notes.latest_revision;
  `);
}

// The extensions stay: the database may have had them before.
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function search_notes(text[], text, boolean);
    drop trigger keep_note_search on note_revisions;
    drop function keep_note_search();
    drop function index_note(uuid, uuid, text);
    drop table note_search;
    drop text search configuration note_words;
  `);
}
