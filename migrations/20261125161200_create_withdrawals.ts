import type { Knex } from 'knex';

// Withdrawals, and the one way in which text is ever taken out of the database: docs/decisions/0015. Erasing needs two
// people, which the table itself keeps, and runs as the owner in erase_participant(), for a confirmed withdrawal alone.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create table withdrawals (
      id uuid primary key,
      study_id uuid not null references studies (id),
      participant_id uuid not null,
      scope text not null constraint withdrawals_scope check (scope in ('contact', 'collection', 'quotations', 'erasure')),
      how text constraint withdrawals_how check (how in ('form', 'oral', 'consultee-form', 'letter', 'other')),
      withdrawn_on date not null,
      -- What held before, for taking it back.
      prior_consent text not null,
      prior_scope text,
      prior_withdrawn_on date,
      requested_by uuid not null,
      requested_at timestamptz not null default now(),
      cancelled_by uuid,
      cancelled_at timestamptz,
      confirmed_by uuid,
      confirmed_at timestamptz,
      erased_at timestamptz,
      -- How much it touched, in numbers.
      effect jsonb,
      unique (study_id, id),
      constraint withdrawals_cancelled check ((cancelled_by is null) = (cancelled_at is null)),
      constraint withdrawals_confirmed check ((confirmed_by is null) = (confirmed_at is null)),
      constraint withdrawals_two_people check (confirmed_by <> requested_by),
      constraint withdrawals_one_end check (cancelled_at is null or confirmed_at is null),
      constraint withdrawals_erasing check (confirmed_at is null or scope = 'erasure'),
      constraint withdrawals_erased check (erased_at is null or confirmed_at is not null),
      foreign key (study_id, participant_id) references participants (study_id, id),
      foreign key (study_id, requested_by) references memberships (study_id, id),
      foreign key (study_id, cancelled_by) references memberships (study_id, id),
      foreign key (study_id, confirmed_by) references memberships (study_id, id)
    );
    create unique index withdrawals_one_open on withdrawals (participant_id) where cancelled_at is null and scope = 'erasure';
    create index withdrawals_participant on withdrawals (participant_id, requested_at desc);

    -- Paragraphs that mention them and stay, and attachments that go: chosen when it is asked for.
    create table withdrawal_choices (
      withdrawal_id uuid not null,
      study_id uuid not null references studies (id),
      number integer not null,
      note_id uuid,
      start_position integer,
      attachment_id uuid,
      primary key (withdrawal_id, number),
      constraint withdrawal_choices_one check (num_nonnulls(note_id, attachment_id) = 1 and num_nonnulls(note_id, start_position) <> 1),
      foreign key (study_id, withdrawal_id) references withdrawals (study_id, id),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, attachment_id) references attachments (study_id, id)
    );

    -- What every backup and every restoring must know: ids, and no content.
    create table erasures (
      id uuid primary key default gen_random_uuid(),
      study_id uuid not null references studies (id),
      withdrawal_id uuid,
      participant_id uuid,
      requested_by uuid,
      confirmed_by uuid,
      withdrawn_on date,
      at timestamptz not null default now(),
      -- When the tables were written anew, so that no old version of a row is left in their files.
      vacuumed_at timestamptz,
      erased jsonb not null,
      digest text not null constraint erasures_digest check (digest ~ '^[0-9a-f]{64}$'),
      unique (study_id, id),
      foreign key (study_id, withdrawal_id) references withdrawals (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id)
    );

    -- Files that have no right to be on the disk any more. Swept after the commit; should that be cut off, the program
    -- removes at its start what no attachment claims.
    create table files_to_remove (
      stored_name text primary key,
      study_id uuid not null references studies (id),
      asked_at timestamptz not null default now()
    );

    do $$
    declare name text;
    begin
      foreach name in array array['withdrawals', 'withdrawal_choices', 'erasures', 'files_to_remove'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert, update on withdrawals to fieldnotes_team;
    grant select, insert on withdrawal_choices to fieldnotes_team;
    grant select on erasures to fieldnotes_team;
    grant select, delete on files_to_remove to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table files_to_remove, erasures, withdrawal_choices, withdrawals;
  `);
}
