import type { Knex } from 'knex';

// What runs at every request or coding, made cheap for the database: a function's plans are kept by each connection, and
// a coding's note is found by its key however few codings there are.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Runs as whoever calls it, who sees the memberships of the person that it sets: as readAsAccount() did.
    create function membership_of(person uuid, study uuid)
      returns table (id uuid, name text, role text, agency_id uuid, study_name text, time_zone text)
      language plpgsql set search_path = pg_catalog, public as $$
    begin
      perform set_config('app.person', membership_of.person::text, true);
      return query
        select memberships.id, memberships.name, memberships.role, memberships.agency_id, studies.name, studies.time_zone
          from memberships join studies on studies.id = memberships.study_id
         where memberships.study_id = membership_of.study and memberships.person_id = membership_of.person
           and memberships.ended_at is null;
    end $$;
    revoke execute on function membership_of(uuid, uuid) from public;
    grant execute on function membership_of(uuid, uuid) to fieldnotes_account;

    create or replace function announce_changes(changes jsonb) returns void language plpgsql security definer
      set search_path = pg_catalog, public as $$
    declare said text;
    begin
      for said in
        with given as (
          select * from jsonb_to_recordset(changes) as change (study uuid, kind text, subject uuid, member uuid, person uuid)
        ), placed as (
          select given.*, coalesce(coding.note_id, note.id) as note, coding.sealed_to
            from given
            left join lateral (
              select note_id, codings.sealed_to from codings
               where given.kind like 'coding.%' and codings.id = given.subject and codings.study_id = given.study limit 1
            ) as coding on true
            left join lateral (
              select notes.id from notes
               where given.kind not like 'coding.%' and notes.id = given.subject and notes.study_id = given.study limit 1
            ) as note on true
        ), told as (
          select study, sealed_to,
                 jsonb_agg(distinct jsonb_build_object('kind', kind, 'subject', subject, 'note', note, 'member', member, 'person', person)) as list
            from placed
           where kind not like 'coding.%' or note is not null
           group by study, sealed_to
        )
        select jsonb_build_object('study', study, 'only', sealed_to,
                                  'changes', case when octet_length(list::text) < 7500 then list end)::text
          from told
      loop
        perform pg_notify('fieldnotes_changes', said);
      end loop;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function announce_changes(changes jsonb) returns void language plpgsql security definer
      set search_path = pg_catalog, public as $$
    declare said text;
    begin
      for said in
        with given as (
          select * from jsonb_to_recordset(changes) as change (study uuid, kind text, subject uuid, member uuid, person uuid)
        ), placed as (
          select given.*, coalesce(codings.note_id, notes.id) as note, codings.sealed_to
            from given
            left join codings on given.kind like 'coding.%' and codings.id = given.subject and codings.study_id = given.study
            left join notes on notes.id = given.subject and notes.study_id = given.study
        ), told as (
          select study, sealed_to,
                 jsonb_agg(distinct jsonb_build_object('kind', kind, 'subject', subject, 'note', note, 'member', member, 'person', person)) as list
            from placed
           where kind not like 'coding.%' or note is not null
           group by study, sealed_to
        )
        select jsonb_build_object('study', study, 'only', sealed_to,
                                  'changes', case when octet_length(list::text) < 7500 then list end)::text
          from told
      loop
        perform pg_notify('fieldnotes_changes', said);
      end loop;
    end $$;
    drop function membership_of(uuid, uuid);
  `);
}
