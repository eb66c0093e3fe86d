import type { Knex } from 'knex';

// What a disposal would destroy is counted for whoever asks and whoever confirms alike, although they may not read all of
// it; and one before its review date carries the reason. Requests made before this have neither, and are counted anew.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table disposals
      add column review_on date,
      add column early_reason text constraint disposals_early_reason check (char_length(early_reason) between 1 and 2000),
      add column counts jsonb not null default '{}',
      -- A day more, because days begin earlier east of Greenwich.
      add constraint disposals_not_early check (early_reason is not null or review_on is null
        or review_on <= (requested_at at time zone 'UTC')::date + 1);

    create function count_disposable(of_class text) returns jsonb language plpgsql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      here uuid := nullif(current_setting('app.study', true), '')::uuid;
    begin
      if not exists (select from memberships where id = nullif(current_setting('app.member', true), '')::uuid
           and study_id = here and role in ('lead', 'researcher') and ended_at is null) then
        return '{}';
      end if;
      case of_class
        when 'identities' then return jsonb_build_object(
          'identities', (select count(*) from identities where study_id = here),
          'replacements', (select count(*) from deidentification_log where study_id = here));
        when 'consent' then return jsonb_build_object(
          'remarks', (select count(*) from consent_changes where study_id = here and note || form_version <> ''),
          'people', (select count(*) from participants where study_id = here and consent_note <> ''));
        when 'attachments' then return jsonb_build_object(
          'files', (select count(*) from attachments where study_id = here),
          'notes', (select count(distinct note_id) from attachments where study_id = here));
        when 'raw-notes' then return (
          with quoted as (
            select codings.id from codings join notes on notes.id = codings.note_id
              join note_revisions r on r.id = codings.revision_id
             where codings.study_id = here and r.number < notes.latest_revision)
          select jsonb_build_object(
            'versions', (select count(*) from note_revisions r join notes on notes.id = r.note_id
                          where r.study_id = here and r.number < notes.latest_revision and r.body <> '[disposed of]'),
            'drafts', (select count(*) from note_drafts where study_id = here),
            'documents', (select count(*) from note_import_documents where study_id = here),
            'codings', (select count(*) from quoted),
            'memos', (select count(*) from memos where study_id = here and coding_id in (select id from quoted))));
        when 'notes' then return jsonb_build_object(
          'notes', (select count(*) from notes where study_id = here and latest_revision > 0),
          'versions', (select count(*) from note_revisions where study_id = here and body <> '[disposed of]'),
          'drafts', (select count(*) from note_drafts where study_id = here),
          'documents', (select count(*) from note_import_documents where study_id = here),
          'codings', (select count(*) from codings where study_id = here),
          'memos', (select count(*) from memos where study_id = here and (note_id is not null or coding_id is not null)),
          'settlements', (select count(*) from settlements where study_id = here));
        else return '{}';
      end case;
    end $$;
    revoke execute on function count_disposable(text) from public;
    grant execute on function count_disposable(text) to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function count_disposable(text);
    alter table disposals drop constraint disposals_not_early, drop column counts, drop column early_reason,
      drop column review_on;
  `);
}
