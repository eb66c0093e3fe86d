import type { Knex } from 'knex';

// Finds the note of each change by `lookups`, which give coding.note_id, coding.sealed_to and note.id of a change `given`.
const announceChanges = (lookups: string): string => `
  create or replace function announce_changes(changes jsonb) returns void language plpgsql security definer
    set search_path = pg_catalog, public as $$
  declare said text;
  begin
    for said in
      with given as (
        select * from jsonb_to_recordset(changes) as change (study uuid, kind text, subject uuid, member uuid, person uuid)
      ), placed as (
        select given.*, coalesce(coding.note_id, note.id) as note, coding.sealed_to from given ${lookups}
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
  end $$`;

// A coding's note is found by its key, however few codings there were when the connection first planned this.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    announceChanges(`
      left join lateral (
        select note_id, codings.sealed_to from codings
         where given.kind like 'coding.%' and codings.id = given.subject and codings.study_id = given.study limit 1
      ) as coding on true
      left join lateral (
        select notes.id from notes
         where given.kind not like 'coding.%' and notes.id = given.subject and notes.study_id = given.study limit 1
      ) as note on true`),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    announceChanges(`
      left join codings as coding on given.kind like 'coding.%' and coding.id = given.subject and coding.study_id = given.study
      left join notes as note on note.id = given.subject and note.study_id = given.study`),
  );
}
