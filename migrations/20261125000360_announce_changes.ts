import type { Knex } from 'knex';

// Tells every process of the program what has just been committed, by NOTIFY. A coding's note and its seal are looked up
// here and not left to whoever records the event: of a sealed coding only its coder is told, whatever was done to it. A
// message holds ids and kinds, less than the 8,000 bytes that NOTIFY carries; what is more says "read anew" (no changes).
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function announce_changes(changes jsonb) returns void language plpgsql security definer
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
    revoke execute on function announce_changes(jsonb) from public;
    grant execute on function announce_changes(jsonb) to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function announce_changes(jsonb)');
}
