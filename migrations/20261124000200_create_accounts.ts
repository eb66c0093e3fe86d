import type { Knex } from 'knex';

// What exists outside any study: people, their sessions and the links that let them in. Only fieldnotes_account reads it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table people (
      id uuid primary key,
      email text not null constraint people_email_shape check (email ~ '^[^@\\s]+@[^@\\s]+$' and char_length(email) <= 254),
      name text not null constraint people_name_length check (char_length(name) between 1 and 200),
      password_hash text,
      is_administrator boolean not null default false,
      created_at timestamptz not null default now(),
      disabled_at timestamptz,
      disabled_by uuid references people (id)
    );
    create unique index people_email_unique on people (lower(email));

    create table sessions (
      sid text primary key,
      sess json not null,
      expire timestamptz not null
    );
    create index sessions_expire on sessions (expire);
    create index sessions_person on sessions ((sess -> 'passport' ->> 'user'));

    create table account_links (
      id uuid primary key,
      kind text not null constraint account_links_kind check (kind in ('reset', 'sign-in', 'set-up')),
      person_id uuid references people (id) on delete cascade,
      token_digest text not null unique,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      constraint account_links_person check ((kind = 'set-up') = (person_id is null))
    );
    create index account_links_person_id on account_links (person_id);

    -- The table of rate-limiter-flexible: key, points used, expiry in milliseconds since 1970.
    create table sign_in_limits (
      key text primary key,
      points integer not null default 0,
      expire bigint
    );

    grant select, insert, update on people to fieldnotes_account;
    grant select, insert, update, delete on sessions, account_links, sign_in_limits to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table sign_in_limits, account_links, sessions, people`);
}
