import type { Knex } from 'knex';

// Whom a provider of single sign-on means by its subject. An account is joined to one subject of an issuer for ever: the
// program can add a row and neither change nor delete one.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table single_sign_on_subjects (
      person_id uuid not null references people (id) on delete cascade,
      issuer text not null constraint single_sign_on_subjects_issuer check (char_length(issuer) between 1 and 500),
      subject text not null constraint single_sign_on_subjects_subject check (char_length(subject) between 1 and 255),
      joined_at timestamptz not null default now(),
      primary key (person_id, issuer),
      unique (issuer, subject)
    );
    grant select, insert on single_sign_on_subjects to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table single_sign_on_subjects');
}
