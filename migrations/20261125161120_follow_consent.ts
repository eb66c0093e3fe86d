import type { Knex } from 'knex';

// Follows whatever changes texts, pseudonyms, attendance and consent; and refuses codings on what is withheld.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    -- After keep_note_paragraphs, whose rows it reads: triggers fire in the order of their names.
    create function keep_note_withheld() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform carry_hand_marks(new.note_id);
      perform find_mentions(new.note_id);
      return null;
    end $$;
    create trigger keep_note_withheld after insert on note_revisions
      for each row execute function keep_note_withheld();

    -- A coding on a withheld paragraph is refused; one that is carried there with its words is withheld instead.
    create function withhold_coding() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare near record;
    begin
      select max(w.end_position) filter (where w.end_position <= new.start_position) as ends_before,
             min(w.start_position) filter (where w.start_position >= new.end_position) as starts_after,
             bool_or(w.start_position < new.end_position and w.end_position > new.start_position) as is_touched
        into near
        from note_withheld w where w.note_id = new.note_id and w.revision_id = new.revision_id;
      if coalesce(near.is_touched, false) then
        if tg_op = 'INSERT' then
          if new.withheld_at is null then
            raise exception 'the passage is withheld' using errcode = 'CP001';
          end if;
        elsif old.withheld_at is null and current_setting('app.seals', true) is distinct from 'open' then
          raise exception 'the passage is withheld' using errcode = 'CP001';
        else
          new.withheld_at := coalesce(old.withheld_at, now());
        end if;
      elsif tg_op = 'UPDATE' then
        new.withheld_at := null;
      end if;
      if near.ends_before is not null then
        new.context_before := right(new.context_before, least(1000, new.start_position - near.ends_before));
      end if;
      if near.starts_after is not null then
        new.context_after := left(new.context_after, least(1000, near.starts_after - new.end_position));
      end if;
      return new;
    end $$;
    create trigger withhold_coding before insert or update of revision_id, start_position, end_position on codings
      for each row execute function withhold_coding();

    -- The history of consent writes itself, whichever page or import changes it. Details that the program gives with a
    -- change stand in a setting until the end of the transaction.
    create function keep_consent(of_study uuid, of_participant uuid, at_visit uuid, said text, of_scope text) returns void
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      details jsonb := coalesce(nullif(current_setting('app.consent', true), '')::jsonb, '{}');
      last record;
    begin
      select consent, scope into last from consent_changes
       where participant_id = of_participant and visit_id is not distinct from at_visit
       order by recorded_at desc, id desc limit 1;
      if found and last.consent = said and last.scope is not distinct from of_scope and details = '{}' then return; end if;
      insert into consent_changes (study_id, participant_id, visit_id, consent, scope, given_on, how, form_version, note, recorded_by)
      values (of_study, of_participant, at_visit, said, of_scope, (details ->> 'givenOn')::date, details ->> 'how',
              coalesce(details ->> 'formVersion', ''), coalesce(details ->> 'note', ''),
              nullif(current_setting('app.member', true), '')::uuid);
    end $$;

    create function tidy_participant_consent() returns trigger language plpgsql as $$
    begin
      if new.consent <> 'withdrawn' then
        new.withdrawal_scope := null;
        new.withdrawn_on := null;
      end if;
      return new;
    end $$;
    create trigger tidy_participant_consent before update of consent on participants
      for each row execute function tidy_participant_consent();

    create function follow_participant() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      of_note uuid;
      pattern constant text := pseudonym_pattern(new.pseudonym);
    begin
      if tg_op = 'INSERT' or (old.consent, old.withdrawal_scope) is distinct from (new.consent, new.withdrawal_scope)
         or coalesce(current_setting('app.consent', true), '') <> '' then
        perform keep_consent(new.study_id, new.id, null, new.consent, new.withdrawal_scope);
      end if;
      if new.erased_at is not null then return null; end if;
      if tg_op = 'INSERT' or old.pseudonym <> new.pseudonym or old.agency_id <> new.agency_id then
        for of_note in
          select note_id from note_mentions where participant_id = new.id
          union
          select note_paragraphs.note_id from note_paragraphs
            join notes on notes.id = note_paragraphs.note_id
            join visits on visits.id = notes.visit_id
           where visits.agency_id = new.agency_id
             and position(split_part(btrim(lower(new.pseudonym)), ' ', 1) in lower(note_paragraphs.body)) > 0
             and (note_paragraphs.body ~ pattern or position('[' || lower(btrim(new.pseudonym)) || ']' in lower(note_paragraphs.body)) > 0)
          order by 1
        loop
          perform find_mentions(of_note);
        end loop;
      elsif (old.consent, old.withdrawal_scope, old.withdrawn_on) is distinct from (new.consent, new.withdrawal_scope, new.withdrawn_on) then
        for of_note in select distinct note_id from note_mentions where participant_id = new.id order by 1 loop
          perform withhold_note(of_note);
        end loop;
      end if;
      return null;
    end $$;
    create trigger follow_participant after insert or update on participants
      for each row execute function follow_participant();

    create function follow_attendance() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare of_note uuid;
    begin
      if tg_op <> 'DELETE' then
        perform keep_consent(new.study_id, new.participant_id, new.visit_id, new.consent, null);
      end if;
      for of_note in
        select notes.id from notes
         where visit_id = coalesce(new.visit_id, old.visit_id)
           and exists (select from note_mentions where note_id = notes.id
                        and participant_id = coalesce(new.participant_id, old.participant_id))
         order by 1
      loop
        perform withhold_note(of_note);
      end loop;
      return null;
    end $$;
    create trigger follow_attendance after insert or update or delete on visit_participants
      for each row execute function follow_attendance();

    -- A visit that belongs to another agency or day has other people in its notes.
    create function follow_visit() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare of_note uuid;
    begin
      if (old.agency_id, old.starts_at) is not distinct from (new.agency_id, new.starts_at) then return null; end if;
      for of_note in select id from notes where visit_id = new.id order by 1 loop
        perform find_mentions(of_note);
      end loop;
      return null;
    end $$;
    create trigger follow_visit after update on visits for each row execute function follow_visit();

    -- How many passages are withheld in the study, or in one note: the team may count what it cannot see. Sealed ones
    -- are counted for their coder alone.
    create function count_withheld(of_note uuid) returns bigint language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select count(*) from (
        select distinct note_id, revision_id, start_position, end_position from codings
         where study_id = (select nullif(current_setting('app.study', true), '')::uuid)
           and withheld_at is not null and removed_at is null
           and (of_note is null or note_id = of_note)
           and (sealed_to is null or sealed_to = (select nullif(current_setting('app.member', true), '')::uuid))
      ) as passages
    $$;

    -- The program gives the real names it found; the rest follows.
    revoke execute on function keep_note_withheld(), withhold_coding(), tidy_participant_consent(), follow_participant(),
      follow_attendance(), follow_visit() from public;
    revoke execute on function withhold_note(uuid), find_mentions(uuid), carry_hand_marks(uuid), count_withheld(uuid),
      keep_consent(uuid, uuid, uuid, text, text), cut_contexts(uuid), searched_paragraphs(uuid) from public;
    create function withhold_own_note(of_note uuid) returns void language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      if exists (select from notes where id = of_note and study_id = nullif(current_setting('app.study', true), '')::uuid) then
        perform withhold_note(of_note);
      end if;
    end $$;
    -- Whole, whoever saves the note: names must be found in what is kept for others too.
    create function texts_to_search(of_note uuid)
      returns table (revision_id uuid, start_position int, end_position int, body text) language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select found.* from notes, searched_paragraphs(of_note) as found
       where notes.id = of_note and notes.study_id = (select nullif(current_setting('app.study', true), '')::uuid)
    $$;
    revoke execute on function withhold_own_note(uuid), texts_to_search(uuid) from public;
    grant execute on function withhold_own_note(uuid), count_withheld(uuid), texts_to_search(uuid) to fieldnotes_team;

    -- As if everything that is there had just been written.
    insert into consent_changes (study_id, participant_id, consent, recorded_at)
      select study_id, id, consent, created_at from participants;
    insert into consent_changes (study_id, participant_id, visit_id, consent)
      select study_id, participant_id, visit_id, consent from visit_participants;
    select find_mentions(id) from notes where latest_revision > 0 order by id;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger keep_note_withheld on note_revisions;
    drop trigger withhold_coding on codings;
    drop trigger tidy_participant_consent on participants;
    drop trigger follow_participant on participants;
    drop trigger follow_attendance on visit_participants;
    drop trigger follow_visit on visits;
    drop function texts_to_search(uuid), keep_note_withheld(), withhold_coding(), tidy_participant_consent(),
      follow_participant(), follow_attendance(), follow_visit(), count_withheld(uuid), withhold_own_note(uuid),
      keep_consent(uuid, uuid, uuid, text, text);
  `);
}
