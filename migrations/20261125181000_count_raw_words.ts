import type { Knex } from 'knex';

// How much of an export is from notes that were not de-identified when it left: extracts, and notes. Null for exports
// from before it was counted, and where names are replaced on the way out.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exports
      add column raw_extracts bigint,
      add column raw_notes bigint,
      add constraint exports_raw_counted check ((raw_extracts is null) = (raw_notes is null)
        and raw_extracts >= 0 and raw_notes >= 0);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`alter table exports drop column raw_extracts, drop column raw_notes`);
}
