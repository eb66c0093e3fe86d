import type { Knex } from 'knex';

// Names that look alike are alike: "é" as one character or as two, in whatever case.
const UNIQUE = [
  ['themes', 'themes_sibling_unique', `study_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), NAME`],
  ['agencies', 'agencies_name_unique', 'study_id, NAME'],
  ['phases', 'phases_name_unique', 'study_id, NAME'],
] as const;

async function remake(knex: Knex, name: string): Promise<void> {
  for (const [table, index, columns] of UNIQUE) {
    const present = table === 'themes' ? ' where removed_at is null' : '';
    await knex.raw(`drop index ${index}`);
    await knex.raw(`create unique index ${index} on ${table} (${columns.replace('NAME', name)})${present}`);
  }
}

export async function up(knex: Knex): Promise<void> {
  await remake(knex, 'lower(normalize(name, NFKC))');
}

export async function down(knex: Knex): Promise<void> {
  await remake(knex, 'lower(name)');
}
