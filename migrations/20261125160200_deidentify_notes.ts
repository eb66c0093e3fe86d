import type { Knex } from 'knex';

// A note is raw, then de-identified, checked by a second person, and released. The de-identified text is the next
// revision, so that whoever reads the newest text reads that one; what came before is kept for the note's author and the
// lead, by the database. `kept_for` says whose it is: it stands with every copy of a text or of its words, and a policy
// compares it, in the shape that leaves the planner its estimates.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table studies add column raw_notes_read_by text not null default 'team'
      constraint studies_raw_notes_read_by check (raw_notes_read_by in ('team', 'author'));

    alter table notes
      add column deidentification text not null default 'raw' constraint notes_deidentification
        check (deidentification in ('raw', 'de-identified', 'checked', 'releasable')),
      add column deidentified_at timestamptz,
      add column deidentified_by uuid,
      add column checked_at timestamptz,
      add column checked_by uuid,
      add column released_at timestamptz,
      add column released_by uuid,
      add constraint notes_deidentified check ((deidentification = 'raw') = (deidentified_at is null)
        and (deidentified_at is null) = (deidentified_by is null)),
      add constraint notes_checked check ((deidentification in ('checked', 'releasable')) = (checked_at is not null)
        and (checked_at is null) = (checked_by is null)),
      add constraint notes_released check ((deidentification = 'releasable') = (released_at is not null)
        and (released_at is null) = (released_by is null)),
      add constraint notes_checked_by_another check (checked_by <> deidentified_by),
      add foreign key (study_id, deidentified_by) references memberships (study_id, id),
      add foreign key (study_id, checked_by) references memberships (study_id, id),
      add foreign key (study_id, released_by) references memberships (study_id, id);
    create index notes_deidentification on notes (study_id, deidentification, created_at, id) where removed_at is null;

    alter table note_revisions
      -- Made by replacing names, with what came before in the originals.
      add column deidentifies boolean not null default false,
      -- Made so, or typed after that.
      add column deidentified boolean not null default false,
      -- A de-identified text has taken its place. That is never undone.
      add column original boolean not null default false,
      add column kept_for uuid;
    alter table note_paragraphs add column kept_for uuid;
    alter table note_search add column kept_for uuid;
    alter table codings add column kept_for uuid;
    -- Pictures and documents tell as much as the raw text: they are kept with it while it is raw.
    alter table attachments add column kept_for uuid;

    do $$
    declare name text;
    begin
      foreach name in array array['note_revisions', 'note_paragraphs', 'note_search', 'attachments'] loop
        execute format('create policy originals on %I as restrictive to fieldnotes_team
          using (kept_for is null
            or kept_for = (select nullif(current_setting(''app.member'', true), '''')::uuid)
            or (select current_setting(''app.member_role'', true) = ''lead''))', name);
      end loop;
    end $$;
    create policy originals on codings as restrictive to fieldnotes_team
      using (kept_for is null
        or kept_for = (select nullif(current_setting('app.member', true), '')::uuid)
        or (select current_setting('app.member_role', true) = 'lead')
        or (select current_setting('app.seals', true) = 'open'));
    -- What somebody has typed and not saved may hold what they read before: nobody else sees it.
    create policy own on note_drafts as restrictive to fieldnotes_team
      using (membership_id = (select nullif(current_setting('app.member', true), '')::uuid));

    -- Whether anybody keeps words for the note, and none of them: a visit is being written up then.
    create function note_is_drafted(of_note uuid) returns boolean language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select exists (
        select from note_drafts
         where note_id = of_note and study_id = (select nullif(current_setting('app.study', true), '')::uuid)
           and discarded_at is null and (title <> '' or body <> ''))
    $$;
    revoke execute on function note_is_drafted(uuid) from public;
    grant execute on function note_is_drafted(uuid) to fieldnotes_team;

    -- Brings whom the texts are kept for up to date, for one note or for all of a study.
    create function keep_originals(of_study uuid, of_note uuid) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      update note_revisions set kept_for = wanted.kept_for
        from (select note_revisions.id,
                     case when note_revisions.original
                            or (not note_revisions.deidentified and studies.raw_notes_read_by = 'author')
                          then notes.author_id end as kept_for
                from notes
                join studies on studies.id = notes.study_id
                join note_revisions on note_revisions.note_id = notes.id
               where notes.study_id = of_study and (of_note is null or notes.id = of_note)) as wanted
       where note_revisions.id = wanted.id and note_revisions.kept_for is distinct from wanted.kept_for;
      update note_paragraphs set kept_for = note_revisions.kept_for
        from note_revisions
       where note_revisions.id = note_paragraphs.revision_id and note_paragraphs.study_id = of_study
         and (of_note is null or note_paragraphs.note_id = of_note)
         and note_paragraphs.kept_for is distinct from note_revisions.kept_for;
      update note_search set kept_for = newest.kept_for
        from (select distinct on (note_id) note_id, kept_for from note_revisions
               where study_id = of_study and (of_note is null or note_id = of_note)
               order by note_id, number desc) as newest
       where newest.note_id = note_search.note_id and note_search.kept_for is distinct from newest.kept_for;
      update codings set kept_for = note_revisions.kept_for
        from note_revisions
       where note_revisions.id = codings.revision_id and codings.study_id = of_study
         and (of_note is null or codings.note_id = of_note)
         and codings.kept_for is distinct from note_revisions.kept_for;
      update attachments set kept_for = wanted.kept_for
        from (select notes.id, case when notes.deidentification = 'raw' and studies.raw_notes_read_by = 'author'
                                    then notes.author_id end as kept_for
                from notes join studies on studies.id = notes.study_id
               where notes.study_id = of_study and (of_note is null or notes.id = of_note)) as wanted
       where attachments.note_id = wanted.id and attachments.kept_for is distinct from wanted.kept_for;
    $$;
    revoke execute on function keep_originals(uuid, uuid) from public;

    create function classify_revision() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare note record;
    begin
      select notes.author_id, notes.deidentification, studies.raw_notes_read_by into note
        from notes join studies on studies.id = notes.study_id where notes.id = new.note_id;
      -- What is typed after de-identification is read by all as before, and has to be checked again.
      new.deidentified := new.deidentifies or coalesce(note.deidentification, 'raw') <> 'raw';
      new.original := false;
      new.kept_for := case when not new.deidentified and note.raw_notes_read_by = 'author' then note.author_id end;
      return new;
    end $$;
    create trigger classify_revision before insert on note_revisions
      for each row execute function classify_revision();

    -- Fires after keep_note_paragraphs and keep_note_search: triggers fire in the order of their names.
    create function keep_text() returns trigger language plpgsql security definer
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
    create trigger keep_text after insert on note_revisions for each row execute function keep_text();

    create function keep_coding() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      new.kept_for := (select kept_for from note_revisions where id = new.revision_id);
      return new;
    end $$;
    create trigger keep_coding before insert or update of revision_id on codings
      for each row execute function keep_coding();

    create function keep_attachment() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      new.kept_for := (select notes.author_id from notes join studies on studies.id = notes.study_id
        where notes.id = new.note_id and notes.deidentification = 'raw' and studies.raw_notes_read_by = 'author');
      return new;
    end $$;
    create trigger keep_attachment before insert on attachments for each row execute function keep_attachment();

    -- One step at a time, in either direction. Forward from raw leads only a revision; a new text leads back to its
    -- beginning; whoever checked it, or a lead, releases it.
    create function step_deidentification() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      if (old.deidentification, new.deidentification) not in (
           ('raw', 'de-identified'), ('de-identified', 'checked'), ('checked', 'releasable'),
           ('releasable', 'checked'), ('releasable', 'de-identified'), ('checked', 'de-identified'), ('de-identified', 'raw'))
        or (old.deidentification = 'raw' and not exists (
           select from note_revisions where note_id = new.id and deidentified and not original))
        or (old.deidentification = 'checked' and new.deidentification = 'releasable'
            and new.released_by <> new.checked_by and not exists (
           select from memberships where id = new.released_by and role = 'lead' and ended_at is null)) then
        raise exception 'a note does not go from % to % like this', old.deidentification, new.deidentification
          using errcode = 'check_violation', constraint = 'notes_deidentification_step', table = 'notes';
      end if;
      return new;
    end $$;
    create trigger step_deidentification before update of deidentification on notes
      for each row when (old.deidentification <> new.deidentification) execute function step_deidentification();

    create function return_to_raw() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      update note_revisions set deidentified = false where note_id = new.id and deidentified;
      perform keep_originals(new.study_id, new.id);
      return null;
    end $$;
    create trigger return_to_raw after update of deidentification on notes
      for each row when (old.deidentification <> 'raw' and new.deidentification = 'raw') execute function return_to_raw();

    create function change_readers() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform keep_originals(new.id, null);
      return null;
    end $$;
    create trigger change_readers after update of raw_notes_read_by on studies
      for each row when (old.raw_notes_read_by <> new.raw_notes_read_by) execute function change_readers();

    revoke execute on function classify_revision(), keep_text(), keep_coding(), keep_attachment(),
      step_deidentification(), return_to_raw(), change_readers() from public;

    ${searchNotes({ keepsOriginals: true })}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${searchNotes({ keepsOriginals: false })}
    drop trigger change_readers on studies;
    drop trigger return_to_raw on notes;
    drop trigger step_deidentification on notes;
    drop trigger keep_attachment on attachments;
    drop trigger keep_coding on codings;
    drop trigger keep_text on note_revisions;
    drop trigger classify_revision on note_revisions;
    drop function change_readers(), return_to_raw(), step_deidentification(), keep_attachment(), keep_coding(), keep_text(),
      classify_revision(), keep_originals(uuid, uuid);
    drop function note_is_drafted(uuid);
    drop policy own on note_drafts;
    drop policy originals on codings;
    drop policy originals on attachments;
    drop policy originals on note_search;
    drop policy originals on note_paragraphs;
    drop policy originals on note_revisions;
    alter table attachments drop column kept_for;
    alter table codings drop column kept_for;
    alter table note_search drop column kept_for;
    alter table note_paragraphs drop column kept_for;
    alter table note_revisions drop column deidentifies, drop column deidentified, drop column original, drop column kept_for;
    alter table notes drop column deidentification, drop column deidentified_at, drop column deidentified_by,
      drop column checked_at, drop column checked_by, drop column released_at, drop column released_by;
    alter table studies drop column raw_notes_read_by;
  `);
}

// Searching runs as the tables' owner, past every policy: it has to leave out what is kept for others by itself.
function searchNotes({ keepsOriginals }: { keepsOriginals: boolean }): string {
  const seen = (row: string) =>
    keepsOriginals ? `and (${row}.kept_for is null or ${row}.kept_for = member or is_lead)` : '';
  return `
    create or replace function search_notes(must text[], must_not text, ranked boolean) returns table (note_id uuid, rank real)
      language plpgsql stable security definer rows 100
      set search_path = pg_catalog, public, pg_temp
      set plan_cache_mode = force_custom_plan as $$
    declare
      study constant uuid := nullif(current_setting('app.study', true), '');
      member constant uuid := nullif(current_setting('app.member', true), '');
      clauses constant tsquery[] := array(
        select clause from unnest(must) as given, to_tsquery('public.note_words', given) as clause where numnode(clause) > 0);
      never constant tsquery := to_tsquery('public.note_words', coalesce(must_not, ''));
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
