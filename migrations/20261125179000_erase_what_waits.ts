import type { Knex } from 'knex';

// Documents that wait to become notes go with what is erased or disposed of: what was read of them, the documents as they
// came, and the pictures in them. As in 20261125165200, a place is given with what stands there instead.
const PARTICIPANT = 'erase_participant(uuid, text[])';
const PARTICIPANT_CHANGE = [
  `      -- Everything else of the study that holds words,`,
  `      -- Before its words are swept: afterwards it could not be told.
      with named as (
        select id from note_import_documents where study_id = person.study_id
           and (names_any(file_name, wide) or names_any(title, wide) or names_any(body, wide)
             or exists (select from unnest(needles) as needle where position(needle in title || E'\\n' || body) > 0))
      ), held as (
        insert into files_to_remove (stored_name, study_id)
          select stored_name, study_id from note_import_files where document_id in (select id from named)
          on conflict do nothing
      )
      delete from note_import_documents where id in (select id from named);
      -- Everything else of the study that holds words,`,
] as const;
const DISPOSE = 'dispose(uuid)';
const DISPOSE_CHANGE = [
  `        -- What came in with an import is an earlier version too.\n`,
  `        insert into files_to_remove (stored_name, study_id)
          select stored_name, study_id from note_import_files where study_id = d.study_id on conflict do nothing;
        delete from note_imports where study_id = d.study_id;
        -- What came in with an import is an earlier version too.\n`,
] as const;

export async function up(knex: Knex): Promise<void> {
  await change(knex, PARTICIPANT, PARTICIPANT_CHANGE);
  await change(knex, DISPOSE, DISPOSE_CHANGE);
}

export async function down(knex: Knex): Promise<void> {
  await change(knex, PARTICIPANT, [PARTICIPANT_CHANGE[1], PARTICIPANT_CHANGE[0]]);
  await change(knex, DISPOSE, [DISPOSE_CHANGE[1], DISPOSE_CHANGE[0]]);
}

async function change(knex: Knex, name: string, [before, after]: readonly [string, string]): Promise<void> {
  const { rows } = await knex.raw<{ rows: [{ text: string }] }>(
    `select pg_get_functiondef('${name}'::regprocedure) as text`,
  );
  const [{ text }] = rows;
  if (text.split(before).length !== 2) throw new Error(`${name} is not as it was: ${before.trim()}`);
  await knex.raw(text.replace(before, () => after).replaceAll('?', '\\?'));
}
