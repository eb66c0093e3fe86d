import type { Knex } from 'knex';

// Two ways round the wall, for whoever could run statements of their own as one of the program's roles. Any role may make
// temporary tables, and:
// - where a function's search path does not name pg_temp, PostgreSQL looks there first: with a temporary table called
//   double_codings, codings were not sealed;
// - a trigger on a temporary table may use every function that its maker may execute, and everybody may execute what is not
//   revoked: with rows made up in it, keep_note_paragraphs() wrote to notes of other studies as the tables' owner.
// Triggers that are there go on working: the right is asked for when a trigger is made.
const SHADOWED = ['seal_coding()', 'announce_changes(jsonb)', 'keep_note_paragraphs()'];
const TRIGGERS = ['seal_coding()', 'keep_note_paragraphs()', 'keep_note_search()'];

export async function up(knex: Knex): Promise<void> {
  for (const name of SHADOWED) await knex.raw(`alter function ${name} set search_path = pg_catalog, public, pg_temp`);
  for (const name of TRIGGERS) await knex.raw(`revoke execute on function ${name} from public`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of TRIGGERS) await knex.raw(`grant execute on function ${name} to public`);
  for (const name of SHADOWED) await knex.raw(`alter function ${name} set search_path = pg_catalog, public`);
}
