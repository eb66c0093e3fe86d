import type { Knex } from 'knex';

// Home lists the notes with codings that wait for a decision: few, among many that do not.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index codings_to_review on codings (study_id, note_id) where needs_review_at is not null and removed_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop index codings_to_review`);
}
