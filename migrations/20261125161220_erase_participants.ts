import type { Knex } from 'knex';

// The one door through which content leaves the database: docs/decisions/0015.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    -- Takes somebody out of every table. Run for a confirmed withdrawal, by its confirmer; or, on data that was restored
    -- from before, for one that the record of erasures names.
    create function erase_participant(of_withdrawal uuid, real_names text[]) returns jsonb language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      w record;
      person record;
      names text[];
      wide text[];
      needles text[] := '{}';
      counts jsonb := '{"notes": 0, "paragraphs": 0, "revisions": 0, "codings": 0, "attachments": 0, "ids": []}';
      of_note uuid;
      place record;
      removed int;
    begin
      select * into w from withdrawals
       where id = of_withdrawal and study_id = nullif(current_setting('app.study', true), '')::uuid for update;
      if not found or w.scope <> 'erasure' or w.confirmed_by is null or w.confirmed_by = w.requested_by or w.erased_at is not null
         or w.confirmed_by <> nullif(current_setting('app.member', true), '')::uuid
         or not exists (select from memberships where id = w.confirmed_by and role in ('lead', 'researcher') and ended_at is null) then
        raise exception 'nothing is erased without a withdrawal that a second person has just confirmed' using errcode = 'CP002';
      end if;
      select * into person from participants where id = w.participant_id for update;
      perform set_config('app.seals', 'open', true);
      names := array(select distinct btrim(name) from unnest(array_append(real_names, person.pseudonym)) as name where btrim(name) <> '');
      -- What is not of one agency: a pseudonym that another agency has too tells nothing there.
      wide := case when exists (select from participants other where other.study_id = person.study_id
                and other.id <> person.id and lower(other.pseudonym) = lower(person.pseudonym))
              then real_names else names end;

      for of_note in
        select distinct notes.id from notes join visits on visits.id = notes.visit_id
         where notes.study_id = person.study_id
           and (notes.id in (select note_id from note_mentions where participant_id = person.id and about)
             or visits.agency_id = person.agency_id and (
               exists (select from note_revisions r where r.note_id = notes.id and (names_any(r.body, names) or names_any(r.title, names)))
               or exists (select from note_drafts d where d.note_id = notes.id and (names_any(d.body, names) or names_any(d.title, names)))))
         order by 1
      loop
        select * into needles, counts from erase_from_note(of_note, person.id, names,
          array(select start_position from withdrawal_choices where withdrawal_id = w.id and note_id = of_note), w.confirmed_by, needles, counts);
      end loop;

      insert into files_to_remove (stored_name, study_id)
        select stored_name, study_id from attachments
         where id in (select attachment_id from withdrawal_choices where withdrawal_id = w.id) on conflict do nothing;
      get diagnostics removed = row_count;
      counts := counts || jsonb_build_object('attachments', removed);
      delete from withdrawal_choices where withdrawal_id = w.id and attachment_id is not null;
      delete from attachments where stored_name in (select stored_name from files_to_remove where study_id = person.study_id);

      -- Of their agency, where the pseudonym means them.
      update attachments a set file_name = 'erased on request' from notes join visits on visits.id = notes.visit_id
       where notes.id = a.note_id and visits.agency_id = person.agency_id and names_any(a.file_name, names);
      update visits set setting = erase_text(setting, names, needles, '{}'), purpose = erase_text(purpose, names, needles, '{}'),
             consent_handling = erase_text(consent_handling, names, needles, '{}')
       where agency_id = person.agency_id and names_any(concat_ws(E'\n', setting, purpose, consent_handling), names);
      update memos set body = erase_text(memos.body, names, needles, '{}'), version = memos.version + 1
       where memos.study_id = person.study_id
         and coalesce(memos.note_id, (select codings.note_id from codings where codings.id = memos.coding_id)) in
           (select notes.id from notes join visits on visits.id = notes.visit_id where visits.agency_id = person.agency_id)
         and erase_text(memos.body, names, needles, '{}') <> memos.body;
      update consent_changes c set note = erase_text(c.note, names, needles, '{}') from participants p
       where p.id = c.participant_id and p.agency_id = person.agency_id and names_any(c.note, names);
      update participants set consent_note = erase_text(consent_note, names, needles, '{}')
       where agency_id = person.agency_id and names_any(consent_note, names);
      update consent_changes set note = '', form_version = '' where participant_id = person.id;

      -- Everything else of the study that holds words, read from the catalogue, so that a new table is covered the day it
      -- appears. Names of themes and what was published to agencies are left to people, who are shown them.
      for place in
        select columns.table_name, columns.column_name, columns.data_type from information_schema.columns
          join information_schema.tables using (table_schema, table_name)
         where columns.table_schema = 'public' and tables.table_type = 'BASE TABLE' and columns.data_type in ('text', 'jsonb')
           and exists (select from information_schema.columns own where own.table_schema = 'public'
                         and own.table_name = columns.table_name and own.column_name = 'study_id')
           and columns.table_name not in ('events', 'summaries', 'summary_publications', 'memberships', 'invitations', 'agencies',
             'note_revisions', 'note_paragraphs', 'note_drafts', 'codings', 'erasures', 'withdrawals', 'files_to_remove', 'participants', 'visits')
           and columns.column_name not in ('name', 'stored_name', 'kind', 'digest', 'sha256', 'token_digest')
           and columns.is_generated = 'NEVER'
      loop
        if place.data_type = 'text' then
          execute format('update %1$I set %2$I = erase_text(%2$I, $1, $2, ''{}'') where study_id = $3 and %2$I is not null
              and %2$I <> erase_text(%2$I, $1, $2, ''{}'')', place.table_name, place.column_name) using wide, needles, person.study_id;
        else
          execute format('update %1$I set %2$I = erase_json(%2$I, $1, $2) where study_id = $3 and %2$I is not null
              and %2$I <> erase_json(%2$I, $1, $2)', place.table_name, place.column_name) using wide, needles, person.study_id;
        end if;
      end loop;

      delete from identities where participant_id = person.id;
      if to_regclass('deidentification_log') is not null then
        execute 'delete from deidentification_log where participant_id = $1' using person.id;
      end if;
      delete from note_withheld where participant_id = person.id;
      delete from note_mentions where participant_id = person.id;
      update participants set
        pseudonym = 'Withdrawn ' || (1 + (select count(*) from participants gone where gone.study_id = person.study_id and gone.erased_at is not null)),
        role = 'other', consent_note = '', erased_at = now(), version = version + 1,
        removed_at = coalesce(removed_at, now()), removed_by = coalesce(removed_by, w.confirmed_by)
       where id = person.id;
      update withdrawals set erased_at = now(), effect = counts - 'ids' where id = w.id;
      insert into erasures (study_id, withdrawal_id, participant_id, requested_by, confirmed_by, withdrawn_on, erased, digest)
        values (person.study_id, w.id, person.id, w.requested_by, w.confirmed_by, w.withdrawn_on, counts,
          encode(sha256(convert_to(person.id::text || w.id::text || counts::text, 'UTF8')), 'hex'));
      return counts - 'ids';
    end $$;
    revoke execute on function erase_participant(uuid, text[]) from public;
    grant execute on function erase_participant(uuid, text[]) to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function erase_participant(uuid, text[]);
  `);
}
