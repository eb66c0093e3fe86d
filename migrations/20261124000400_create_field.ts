import type { Knex } from 'knex';

// The field: phases, participants (by pseudonym only) and visits with who observed and who was there.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table phases (
      id uuid primary key,
      study_id uuid not null references studies (id),
      name text not null constraint phases_name_length check (char_length(name) between 1 and 200),
      position integer not null,
      starts_on date,
      ends_on date,
      version integer not null default 1,
      unique (study_id, id),
      constraint phases_order check (ends_on >= starts_on)
    );
    create unique index phases_name_unique on phases (study_id, lower(name));

    create table participants (
      id uuid primary key,
      study_id uuid not null references studies (id),
      agency_id uuid not null,
      pseudonym text not null constraint participants_pseudonym_length check (char_length(pseudonym) between 1 and 100),
      role text not null constraint participants_role
        check (role in ('worker', 'manager', 'service-user', 'carer', 'volunteer', 'other')),
      consent text not null constraint participants_consent
        check (consent in ('consented', 'no-objection', 'consultee', 'not-asked', 'declined', 'withdrawn')),
      consent_note text not null default '' constraint participants_consent_note_length check (char_length(consent_note) <= 2000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      foreign key (study_id, agency_id) references agencies (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create unique index participants_pseudonym_unique on participants (study_id, agency_id, lower(pseudonym))
      where removed_at is null;

    create table visits (
      id uuid primary key,
      study_id uuid not null references studies (id),
      agency_id uuid not null,
      phase_id uuid not null,
      setting text not null constraint visits_setting_length check (char_length(setting) between 1 and 300),
      purpose text not null default '' constraint visits_purpose_length check (char_length(purpose) <= 2000),
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      unnamed_count integer not null default 0 constraint visits_unnamed_count check (unnamed_count between 0 and 10000),
      consent_handling text not null default '' constraint visits_consent_length check (char_length(consent_handling) <= 5000),
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      constraint visits_order check (ends_at > starts_at),
      foreign key (study_id, agency_id) references agencies (study_id, id),
      foreign key (study_id, phase_id) references phases (study_id, id),
      foreign key (study_id, created_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create index visits_study_start on visits (study_id, starts_at desc, id);
    create index visits_agency on visits (agency_id);
    create index visits_phase on visits (phase_id);

    create table visit_observers (
      visit_id uuid not null,
      study_id uuid not null references studies (id),
      membership_id uuid not null,
      gold_role text not null constraint visit_observers_gold_role check (gold_role in
        ('complete-participant', 'participant-as-observer', 'observer-as-participant', 'complete-observer')),
      primary key (visit_id, membership_id),
      foreign key (study_id, visit_id) references visits (study_id, id),
      foreign key (study_id, membership_id) references memberships (study_id, id)
    );

    create table visit_participants (
      visit_id uuid not null,
      study_id uuid not null references studies (id),
      participant_id uuid not null,
      consent text not null constraint visit_participants_consent
        check (consent in ('consented', 'no-objection', 'consultee', 'not-asked', 'declined', 'withdrawn')),
      primary key (visit_id, participant_id),
      foreign key (study_id, visit_id) references visits (study_id, id),
      foreign key (study_id, participant_id) references participants (study_id, id)
    );
    create index visit_participants_participant on visit_participants (participant_id);

    do $$
    declare name text;
    begin
      foreach name in array array['phases', 'participants', 'visits', 'visit_observers', 'visit_participants'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;

    grant select, insert, update on phases, participants, visits to fieldnotes_team;
    grant select, insert, update, delete on visit_observers, visit_participants to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table visit_participants, visit_observers, visits, participants, phases`);
}
