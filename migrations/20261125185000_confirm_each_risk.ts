import type { Knex } from 'knex';

// Which kinds of what may still tell who somebody is the lead looked at, each by itself, before it left.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table disclosures add column accepted text[] not null default '{}'
      constraint disclosures_accepted check (cardinality(accepted) <= 20 and array_to_string(accepted, ' ') ~ '^[a-z -]*$')
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table disclosures drop column accepted');
}
