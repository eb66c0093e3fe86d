import type { Knex } from 'knex';

// Besides CSV: extracts in other formats, the codebook, one note, and everything as tables for statistics programs. The
// codebook is said in words (which named version it was, and how many steps later), so that a paper can cite it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exports drop constraint exports_format;
    alter table exports
      add constraint exports_format check (format in ('csv', 'xlsx', 'docx', 'html', 'jsonl', 'codebook-docx',
        'note-txt', 'note-docx', 'note-html', 'tidy-zip')),
      add column codebook text not null default '';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from exports where format <> 'csv';
    alter table exports drop constraint exports_format;
    alter table exports drop column codebook,
      add constraint exports_format check (format in ('csv'));
  `);
}
