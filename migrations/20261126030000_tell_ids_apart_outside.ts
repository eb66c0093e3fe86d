import type { Knex } from 'knex';

// Ids are made of the time (UUIDv7), and stand in addresses: outside the team rows have others, made of them and of this,
// which nobody is shown.
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table studies add column outside_secret uuid not null default gen_random_uuid()');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table studies drop column outside_secret');
}
