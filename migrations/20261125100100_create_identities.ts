import type { Knex } from 'knex';

// Who participants really are: ciphertext alone, under a key that the database never sees. The second policy closes the
// table even to the team's own queries until a transaction has said that it is about identities.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identities (
      participant_id uuid primary key,
      study_id uuid not null references studies (id),
      -- AES-256-GCM, the tag behind the text, bound to study and participant.
      ciphertext bytea not null,
      nonce bytea not null constraint identities_nonce check (octet_length(nonce) = 12),
      key_id text not null constraint identities_key_id check (key_id ~ '^[0-9a-f]{16}$'),
      version integer not null default 1,
      saved_by uuid not null,
      saved_at timestamptz not null default now(),
      unique (study_id, participant_id),
      foreign key (study_id, participant_id) references participants (study_id, id),
      foreign key (study_id, saved_by) references memberships (study_id, id)
    );
    create index identities_key on identities (key_id, participant_id);

    alter table identities enable row level security;
    create policy team on identities to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy opened on identities as restrictive to fieldnotes_team
      using ((select current_setting('app.identity', true) = 'open'))
      with check ((select current_setting('app.identity', true) = 'open'));
    grant select, insert, update, delete on identities to fieldnotes_team;

    -- Under which keys rows are encrypted, for the program to say at its start that it lacks one.
    create function identity_keys_in_use() returns table (key_id text, count bigint) language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select key_id, count(*) from identities group by key_id
    $$;
    revoke execute on function identity_keys_in_use() from public;
    grant execute on function identity_keys_in_use() to fieldnotes_account;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop function identity_keys_in_use(); drop table identities`);
}
