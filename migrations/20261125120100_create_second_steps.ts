import type { Knex } from 'knex';

// A second step at sign-in belongs to a person, not to a study: only fieldnotes_account reads these tables. What has been
// proved once cannot be proved again: the primary key of spent_proofs refuses it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table people add column second_step_at timestamptz;

    create table authenticator_apps (
      person_id uuid primary key references people (id) on delete cascade,
      sealed_secret bytea not null,
      created_at timestamptz not null default now()
    );

    create table recovery_codes (
      id uuid primary key,
      person_id uuid not null references people (id) on delete cascade,
      label text not null constraint recovery_codes_label check (label ~ '^[a-z2-9]{4}$'),
      hash text not null,
      used_at timestamptz,
      unique (person_id, label)
    );

    create table spent_proofs (
      person_id uuid not null references people (id) on delete cascade,
      proof text not null,
      until timestamptz not null,
      primary key (person_id, proof)
    );

    alter table studies add column requires_second_step boolean not null default false;

    grant select, insert, update, delete on authenticator_apps, recovery_codes, spent_proofs to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table studies drop column requires_second_step;
    drop table spent_proofs, recovery_codes, authenticator_apps;
    alter table people drop column second_step_at;
  `);
}
