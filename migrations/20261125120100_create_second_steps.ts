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

    create table passkeys (
      id uuid primary key,
      person_id uuid not null references people (id) on delete cascade,
      credential_id text not null unique,
      public_key bytea not null,
      counter bigint not null default 0 constraint passkeys_counter check (counter >= 0),
      transports text[] not null default '{}',
      name text not null constraint passkeys_name_length check (char_length(name) between 1 and 100),
      created_at timestamptz not null default now(),
      last_used_at timestamptz
    );
    create index passkeys_person_id on passkeys (person_id);

    create table spent_proofs (
      person_id uuid not null references people (id) on delete cascade,
      proof text not null,
      until timestamptz not null,
      primary key (person_id, proof)
    );

    alter table studies add column requires_second_step boolean not null default false;

    drop function membership_of(uuid, uuid);
    create function membership_of(person uuid, study uuid)
      returns table (id uuid, name text, role text, agency_id uuid, study_name text, time_zone text, requires_second_step boolean)
      language plpgsql set search_path = pg_catalog, public as $$
    begin
      perform set_config('app.person', membership_of.person::text, true);
      return query
        select memberships.id, memberships.name, memberships.role, memberships.agency_id, studies.name, studies.time_zone, studies.requires_second_step
          from memberships join studies on studies.id = memberships.study_id
         where memberships.study_id = membership_of.study and memberships.person_id = membership_of.person
           and memberships.ended_at is null;
    end $$;
    revoke execute on function membership_of(uuid, uuid) from public;
    grant execute on function membership_of(uuid, uuid) to fieldnotes_account;

    grant select, insert, update, delete on authenticator_apps, recovery_codes, passkeys, spent_proofs to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function membership_of(uuid, uuid);
    create function membership_of(person uuid, study uuid)
      returns table (id uuid, name text, role text, agency_id uuid, study_name text, time_zone text)
      language plpgsql set search_path = pg_catalog, public as $$
    begin
      perform set_config('app.person', membership_of.person::text, true);
      return query
        select memberships.id, memberships.name, memberships.role, memberships.agency_id, studies.name, studies.time_zone
          from memberships join studies on studies.id = memberships.study_id
         where memberships.study_id = membership_of.study and memberships.person_id = membership_of.person
           and memberships.ended_at is null;
    end $$;
    revoke execute on function membership_of(uuid, uuid) from public;
    grant execute on function membership_of(uuid, uuid) to fieldnotes_account;

    alter table studies drop column requires_second_step;
    drop table spent_proofs, passkeys, recovery_codes, authenticator_apps;
    alter table people drop column second_step_at;
  `);
}
