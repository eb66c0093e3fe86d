import type { Knex } from 'knex';

// A memo on a coding that is erased was written about that person's words, and often repeats them. It was hidden with the
// coding while that was withheld, and came back into sight on the note once the coding was gone. Now it loses its words.
// The rest of the function stays as the migrations before have made it.

const BEFORE = 'update memos set coding_id = null, note_id = of_note where coding_id = any (touched);';
const AFTER =
  'update memos set coding_id = null, note_id = of_note, body = erasure_mark(), version = memos.version + 1 where coding_id = any (touched);';

async function exchange(knex: Knex, from: string, to: string): Promise<void> {
  const { rows } = await knex.raw<{ rows: { text: string }[] }>(
    `select pg_get_functiondef(oid) as text from pg_proc where proname = 'erase_from_note' and pronamespace = 'public'::regnamespace`,
  );
  const parts = rows[0]?.text.split(from) ?? [];
  if (rows.length !== 1 || parts.length !== 2) throw new Error('erase_from_note() is not as this migration knows it');
  // ? would be taken for a place of a value.
  await knex.raw(parts.join(to).replaceAll('?', '\\?'));
}

export async function up(knex: Knex): Promise<void> {
  await exchange(knex, BEFORE, AFTER);
}

export async function down(knex: Knex): Promise<void> {
  await exchange(knex, AFTER, BEFORE);
}
