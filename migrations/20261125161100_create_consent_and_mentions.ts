import type { Knex } from 'knex';

// What people who declined or withdrew are mentioned in cannot be coded, quoted or exported: docs/decisions/0015. The
// database keeps this itself, because consent, pseudonyms and texts change on many ways.
//
// note_mentions: which paragraph speaks of whom. By pseudonym they are found here; by real name, which is encrypted, and
// by hand they are given by the program. Paragraphs of an older revision are kept only while a coding still quotes them.
// note_withheld: the paragraphs that follow from it, one row for each person whose consent is missing.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    alter table participants
      add column withdrawal_scope text constraint participants_withdrawal_scope
        check (withdrawal_scope in ('contact', 'collection', 'quotations', 'erasure')),
      add column withdrawn_on date,
      add column erased_at timestamptz,
      add constraint participants_scope_of_withdrawal check (withdrawal_scope is null or consent = 'withdrawn');

    -- The history of consent: what was said, when and how; visit_id null: as it stands.
    create table consent_changes (
      id uuid primary key default gen_random_uuid(),
      study_id uuid not null references studies (id),
      participant_id uuid not null,
      visit_id uuid,
      consent text not null constraint consent_changes_consent
        check (consent in ('consented', 'no-objection', 'consultee', 'not-asked', 'declined', 'withdrawn')),
      scope text constraint consent_changes_scope check (scope in ('contact', 'collection', 'quotations', 'erasure')),
      given_on date,
      how text constraint consent_changes_how check (how in ('form', 'oral', 'consultee-form', 'letter', 'other')),
      form_version text not null default '' constraint consent_changes_form_version check (char_length(form_version) <= 100),
      note text not null default '' constraint consent_changes_note check (char_length(note) <= 2000),
      recorded_by uuid,
      recorded_at timestamptz not null default clock_timestamp(),
      unique (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id),
      foreign key (study_id, visit_id) references visits (study_id, id),
      foreign key (study_id, recorded_by) references memberships (study_id, id)
    );
    create index consent_changes_participant on consent_changes (participant_id, recorded_at);

    create table note_mentions (
      note_id uuid not null,
      revision_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      participant_id uuid not null,
      source text not null constraint note_mentions_source check (source in ('pseudonym', 'name', 'hand')),
      -- False: somebody read the paragraph and says that it is not about them.
      about boolean not null default true,
      marked_by uuid,
      marked_at timestamptz not null default now(),
      study_id uuid not null references studies (id),
      primary key (note_id, revision_id, start_position, participant_id, source),
      constraint note_mentions_stretch check (start_position >= 0 and end_position > start_position),
      constraint note_mentions_by_hand check (source = 'hand' or about),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id),
      foreign key (study_id, marked_by) references memberships (study_id, id)
    );
    create index note_mentions_participant on note_mentions (participant_id);

    create table note_withheld (
      note_id uuid not null,
      revision_id uuid not null,
      start_position integer not null,
      end_position integer not null,
      participant_id uuid not null,
      study_id uuid not null references studies (id),
      primary key (note_id, revision_id, start_position, participant_id),
      foreign key (study_id, note_id) references notes (study_id, id),
      foreign key (study_id, revision_id) references note_revisions (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id)
    );

    alter table codings add column withheld_at timestamptz;
    create policy withheld on codings as restrictive to fieldnotes_team
      using (withheld_at is null or (select current_setting('app.seals', true) = 'open'));
    create index codings_withheld on codings (study_id) where withheld_at is not null;
    -- The policies look at these columns too: without them in the index every row would be fetched to count it.
    drop index codings_counted;
    create index codings_counted on codings (study_id, note_id, theme_id) include (sealed_to, withheld_at)
      where removed_at is null;
    create policy withheld on double_coding_passages as restrictive to fieldnotes_team
      using (exists (select from codings where codings.id = coding_id)
        or (select current_setting('app.seals', true) = 'open'));

    do $$
    declare name text;
    begin
      foreach name in array array['consent_changes', 'note_mentions', 'note_withheld'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert on consent_changes to fieldnotes_team;
    grant select, insert, update, delete on note_mentions to fieldnotes_team;
    grant select on note_withheld to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop policy withheld on codings;
    drop policy withheld on double_coding_passages;
    drop index codings_counted;
    alter table codings drop column withheld_at;
    create index codings_counted on codings (study_id, note_id, theme_id) include (sealed_to) where removed_at is null;
    drop table note_withheld, note_mentions, consent_changes;
    alter table participants drop column withdrawal_scope, drop column withdrawn_on, drop column erased_at;
  `);
}
