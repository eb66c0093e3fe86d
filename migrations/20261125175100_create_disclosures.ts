import type { Knex } from 'knex';

// What leaves the team: for whom and why, how it is to look, what a preview counted (never any words of a note), and who
// let it go. An export that has none is for the team.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table disclosures (
      id uuid primary key,
      study_id uuid not null references studies (id),
      format text not null constraint disclosures_format check (format ~ '^[a-z][a-z-]{1,30}$'),
      filter jsonb not null,
      byte_order_mark boolean not null default false,
      recipient text not null constraint disclosures_recipient_length check (char_length(recipient) between 1 and 200),
      purpose text not null constraint disclosures_purpose_length check (char_length(purpose) between 1 and 2000),
      choices jsonb not null,
      unreleased_reason text not null default '' constraint disclosures_unreleased_length check (char_length(unreleased_reason) <= 2000),
      requested_by uuid not null,
      requested_at timestamptz not null default now(),
      state text not null default 'previewing' constraint disclosures_state
        check (state in ('previewing', 'previewed', 'failed', 'confirmed')),
      failure text,
      preview jsonb,
      previewed_at timestamptz,
      -- Of all that was previewed: that leaves, or nothing.
      fingerprint text constraint disclosures_fingerprint check (fingerprint ~ '^[0-9a-f]{64}$'),
      reason text not null default '' constraint disclosures_reason_length check (char_length(reason) <= 2000),
      confirmed_by uuid,
      confirmed_at timestamptz,
      unique (study_id, id),
      constraint disclosures_previewed check ((preview is null) = (fingerprint is null)),
      constraint disclosures_confirmed check (
        (state = 'confirmed') = (confirmed_by is not null and confirmed_at is not null and fingerprint is not null)),
      foreign key (study_id, requested_by) references memberships (study_id, id),
      foreign key (study_id, confirmed_by) references memberships (study_id, id)
    );
    create index disclosures_study on disclosures (study_id, requested_at desc, id);

    alter table disclosures enable row level security;
    create policy team on disclosures to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select, insert, update on disclosures to fieldnotes_team;

    alter table exports
      add column disclosure_id uuid unique,
      add foreign key (study_id, disclosure_id) references disclosures (study_id, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exports drop column disclosure_id;
    drop table disclosures;
  `);
}
