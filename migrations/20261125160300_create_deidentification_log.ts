import type { Knex } from 'knex';

// What stood where a note has a [replacement], encrypted with the identity key and closed like identities: together with
// the de-identified text it would tell who is who.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table deidentification_log (
      id uuid primary key,
      study_id uuid not null references studies (id),
      note_id uuid not null,
      -- The raw revision that the position is in, and the de-identified one that the replacement stands in.
      raw_revision_id uuid not null,
      revision_id uuid not null,
      field text not null constraint deidentification_log_field check (field in ('title', 'body')),
      start_position integer not null,
      end_position integer not null,
      category text not null constraint deidentification_log_category check (category in
        ('name', 'place', 'organisation', 'date', 'age', 'occupation', 'family', 'health', 'offence', 'contact', 'number', 'rare event', 'other')),
      technique text not null constraint deidentification_log_technique check (technique in ('pseudonym', 'generalise', 'remove')),
      replacement text not null constraint deidentification_log_replacement check (char_length(replacement) between 1 and 200),
      participant_id uuid,
      ciphertext bytea not null,
      nonce bytea not null constraint deidentification_log_nonce check (octet_length(nonce) = 12),
      key_id text not null constraint deidentification_log_key_id check (key_id ~ '^[0-9a-f]{16}$'),
      replaced_by uuid not null,
      replaced_at timestamptz not null default now(),
      checked_by uuid,
      checked_at timestamptz,
      unique (study_id, id),
      constraint deidentification_log_place check (start_position >= 0 and end_position > start_position),
      constraint deidentification_log_checked check ((checked_by is null) = (checked_at is null)),
      constraint deidentification_log_pseudonym check (participant_id is null or technique = 'pseudonym'),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, raw_revision_id) references note_revisions (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id),
      foreign key (study_id, replaced_by) references memberships (study_id, id),
      foreign key (study_id, checked_by) references memberships (study_id, id)
    );
    create index deidentification_log_note on deidentification_log (note_id, field, start_position);
    create index deidentification_log_participant on deidentification_log (participant_id);
    create index deidentification_log_key on deidentification_log (key_id, id);

    alter table deidentification_log enable row level security;
    create policy team on deidentification_log to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy opened on deidentification_log as restrictive to fieldnotes_team
      using ((select current_setting('app.identity', true) = 'open'))
      with check ((select current_setting('app.identity', true) = 'open'));
    grant select, insert on deidentification_log to fieldnotes_team;
    grant update (checked_by, checked_at) on deidentification_log to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table deidentification_log`);
}
