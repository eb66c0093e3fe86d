import type { Knex } from 'knex';

// The codings that touch a paragraph, found without reading all of the note's: for every coding that is made, its
// paragraph is painted anew.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index codings_place on codings (note_id, start_position, end_position)
      where removed_at is null and needs_review_at is null
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop index codings_place`);
}
