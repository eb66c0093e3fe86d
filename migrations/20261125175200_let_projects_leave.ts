import type { Knex } from 'knex';

// What leaves the team is numbered with the exports of extracts, the whole study and its codebook too.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exports drop constraint exports_format;
    alter table exports add constraint exports_format check (format in ('csv', 'xlsx', 'docx', 'html', 'jsonl', 'codebook-docx',
      'note-txt', 'note-docx', 'note-html', 'tidy-zip', 'qdpx', 'qdpx-nvivo', 'qdc', 'codebook-csv'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from exports where format in ('qdpx', 'qdpx-nvivo', 'qdc', 'codebook-csv');
    alter table exports drop constraint exports_format;
    alter table exports add constraint exports_format check (format in ('csv', 'xlsx', 'docx', 'html', 'jsonl', 'codebook-docx',
      'note-txt', 'note-docx', 'note-html', 'tidy-zip'));
  `);
}
