import type { Knex } from 'knex';

// Erasing was written before there were imports, and beside de-identification. It has to reach what these keep: the
// elements and bytes of an imported source, what the log of replacements says stood in the raw text, the preview of the
// imported file, a form that waits for its owner to sign in again. And it says which attachments went, so that they go
// again from a backup that was made before.
//
// The functions are long, and this changes a few places in them. So the places are given here, each with what stands there
// instead; one that is not found stops the migration.
const FROM_NOTE = 'erase_from_note(uuid, uuid, text[], int[], uuid, text[], jsonb)';
const PARTICIPANT = 'erase_participant(uuid, text[])';
const AGAIN = 'erase_again(uuid, uuid, uuid, uuid, uuid, date, text[])';
const AGAIN_WITH_FILES = 'erase_again(uuid, uuid, uuid, uuid, uuid, date, text[], uuid[])';
const DISPOSE = 'dispose(uuid)';

type Change = [before: string, after: string];

const FROM_NOTE_CHANGES: Change[] = [
  [`      touched uuid[] := '{}';\n`, `      touched uuid[] := '{}';\n      raw_titles text[];\n`],
  [
    `      create temporary table if not exists erased_lines\n`,
    `      -- Where the log says that they stood in a raw text, under whatever name.
      gone_texts := gone_texts || array(
        select distinct l.line from deidentification_log g join note_revisions r on r.id = g.raw_revision_id, lateral lines_of(r.body) l
         where g.note_id = of_note and g.participant_id = of_participant and g.field = 'body'
           and g.start_position >= l.start_position and g.start_position < l.end_position);
      raw_titles := array(
        select distinct r.title from deidentification_log g join note_revisions r on r.id = g.raw_revision_id
         where g.note_id = of_note and g.participant_id = of_participant and g.field = 'title');
      create temporary table if not exists erased_lines\n`,
  ],
  [
    `case when names_any(revision.title, names) then erasure_mark() else revision.title end`,
    `case when names_any(revision.title, names) or revision.title = any (raw_titles) then erasure_mark() else revision.title end`,
  ],
  [
    `      perform cut_contexts(of_note);\n`,
    `      perform cut_contexts(of_note);
      if exists (select from erased_lines) or fresh is not null then perform forget_origins(of_note); end if;\n`,
  ],
];

const PARTICIPANT_CHANGES: Change[] = [
  [
    `      counts := counts || jsonb_build_object('attachments', removed);\n`,
    `      counts := counts || jsonb_build_object('attachments', removed, 'attachmentIds', coalesce((
        select jsonb_agg(attachment_id) from withdrawal_choices where withdrawal_id = w.id and attachment_id is not null), '[]'));\n`,
  ],
  [
    `'withdrawals', 'files_to_remove', 'participants', 'visits')\n`,
    `'withdrawals', 'files_to_remove', 'participants', 'visits', 'exchange_origins')\n`,
  ],
  [
    `      delete from identities where participant_id = person.id;\n`,
    `      -- JSON that is kept as text.
      update exchange_origins set content = erase_json(content::jsonb, wide, needles)::text
       where study_id = person.study_id
         and (exists (select from unnest(wide) as name where position(lower(split_part(name, ' ', 1)) in lower(content)) > 0)
           or exists (select from unnest(needles) as needle where position(btrim(to_jsonb(needle)::text, '"') in content) > 0))
         and content::jsonb <> erase_json(content::jsonb, wide, needles);
      update saved_queries set name = 'erased on request ' || right(id::text, 12)
       where study_id = person.study_id and names_any(name, wide);
      update codebook_versions set name = 'erased on request ' || right(id::text, 12)
       where study_id = person.study_id and names_any(name, wide);
      update project_imports set preview = erase_json(preview, wide, needles),
             file_name = case when names_any(file_name, wide) then 'erased on request' else file_name end
       where founded = person.study_id;
      -- What somebody sent after their session had ended, until they have signed in again.
      update sessions set sess = (sess::jsonb - 'unsent')::json
       where sess #>> '{unsent,path}' like '/studies/' || person.study_id || '/%'
         and exists (select from json_array_elements(sess #> '{unsent,fields}') as field
                      where names_any(field ->> 1, names)
                         or exists (select from unnest(needles) as needle where position(needle in field ->> 1) > 0));
      delete from identities where participant_id = person.id;\n`,
  ],
  [
    `erased_at = now(), effect = counts - 'ids' where`,
    `erased_at = now(), effect = counts - 'ids' - 'attachmentIds' where`,
  ],
  [`      return counts - 'ids';\n`, `      return counts - 'ids' - 'attachmentIds';\n`],
];

const AGAIN_CHANGES: Change[] = [
  [`real_names text[])`, `real_names text[], of_attachments uuid[])`],
  [
    `      -- Whoever confirmed it may have left by then`,
    `      insert into withdrawal_choices (withdrawal_id, study_id, number, attachment_id)
        select of_withdrawal, of_study, 1000000 + row_number() over (order by attachments.id), attachments.id from attachments
         where attachments.study_id = of_study and attachments.id = any (of_attachments)
           and not exists (select from withdrawal_choices chosen
                            where chosen.withdrawal_id = of_withdrawal and chosen.attachment_id = attachments.id);
      -- Whoever confirmed it may have left by then`,
  ],
];

const DISPOSE_CHANGES: Change[] = [
  [
    `        delete from note_drafts where study_id = d.study_id;\n`,
    `        delete from note_drafts where study_id = d.study_id;
        -- What came in with an import is an earlier version too.
        perform forget_origins(id) from notes where study_id = d.study_id and (d.class = 'notes' or latest_revision > 1);\n`,
  ],
];

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Lets go of what is kept of the source that a note came from, for all notes of that source: the next export writes
    -- them as notes of this program.
    create function forget_origins(of_note uuid) returns void language sql
      set search_path = pg_catalog, public, pg_temp as $$
      delete from exchange_sources where note_id = of_note;
      with gone as (
        select distinct study_id, split_part(guid, ' ', 1) as guid from exchange_origins
         where entity_id = of_note and kind in ('Source', 'CodedNote', 'SourceNote')
      )
      delete from exchange_origins origin using gone
       where origin.study_id = gone.study_id and origin.kind in ('Source', 'CodedNote', 'SourceNote')
         and split_part(origin.guid, ' ', 1) = gone.guid
    $$;
    revoke execute on function forget_origins(uuid) from public;
    -- The bytes of an imported text are as raw as its first revision, and read by the same people.
    create policy originals on exchange_sources as restrictive to fieldnotes_team
      using (exists (select from note_revisions where note_revisions.note_id = exchange_sources.note_id and number = 1));
  `);
  await change(knex, FROM_NOTE, FROM_NOTE_CHANGES);
  await change(knex, PARTICIPANT, PARTICIPANT_CHANGES);
  await change(knex, AGAIN, AGAIN_CHANGES);
  await change(knex, DISPOSE, DISPOSE_CHANGES);
  await knex.raw(`drop function ${AGAIN}; revoke execute on function ${AGAIN_WITH_FILES} from public`);
}

export async function down(knex: Knex): Promise<void> {
  const back = (changes: Change[]): Change[] => changes.map(([before, after]) => [after, before]);
  await change(knex, FROM_NOTE, back(FROM_NOTE_CHANGES));
  await change(knex, PARTICIPANT, back(PARTICIPANT_CHANGES));
  await change(knex, AGAIN_WITH_FILES, back(AGAIN_CHANGES));
  await change(knex, DISPOSE, back(DISPOSE_CHANGES));
  await knex.raw(`
    drop function ${AGAIN_WITH_FILES};
    revoke execute on function ${AGAIN} from public;
    drop policy originals on exchange_sources;
    drop function forget_origins(uuid);
  `);
}

async function change(knex: Knex, name: string, changes: readonly Change[]): Promise<void> {
  const { rows } = await knex.raw<{ rows: [{ text: string }] }>(
    `select pg_get_functiondef('${name}'::regprocedure) as text`,
  );
  let { text } = rows[0];
  for (const [before, after] of changes) {
    if (text.split(before).length !== 2) throw new Error(`${name} is not as it was: ${before.trim()}`);
    text = text.replace(before, () => after);
  }
  // A question mark would be taken for a place to bind a value to.
  await knex.raw(text.replaceAll('?', '\\?'));
}
