import type { Knex } from 'knex';

// The wall: every row of a study carries its study_id, and a policy admits only the rows of the study that the
// transaction has been set to. References between rows of a study carry study_id too, so that an id from elsewhere is
// refused by the database. The predicates hold nothing but a subselect on a setting: anything more costs the planner
// its estimates.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table studies (
      id uuid primary key,
      name text not null constraint studies_name_length check (char_length(name) between 1 and 200),
      time_zone text not null default 'Europe/London',
      created_at timestamptz not null default now()
    );

    create table agencies (
      id uuid primary key,
      study_id uuid not null references studies (id),
      name text not null constraint agencies_name_length check (char_length(name) between 1 and 200),
      code text not null constraint agencies_code_shape check (code ~ '^[A-Z0-9-]{2,8}$'),
      sector text not null constraint agencies_sector check (sector in ('third sector', 'statutory', 'private', 'other')),
      status text not null default 'active' constraint agencies_status check (status in ('active', 'paused', 'left')),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      unique (study_id, id)
    );
    create unique index agencies_name_unique on agencies (study_id, lower(name));
    create unique index agencies_code_unique on agencies (study_id, code);

    create table memberships (
      id uuid primary key,
      study_id uuid not null references studies (id),
      person_id uuid not null references people (id),
      name text not null constraint memberships_name_length check (char_length(name) between 1 and 200),
      role text not null constraint memberships_role check (role in ('lead', 'researcher', 'agency')),
      agency_id uuid,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      ended_by uuid,
      unique (study_id, id),
      constraint memberships_person_once unique (study_id, person_id),
      constraint memberships_agency_of_role check ((role = 'agency') = (agency_id is not null)),
      foreign key (study_id, agency_id) references agencies (study_id, id),
      foreign key (study_id, ended_by) references memberships (study_id, id)
    );
    create index memberships_person_id on memberships (person_id);

    create table invitations (
      id uuid primary key,
      study_id uuid not null references studies (id),
      email text not null constraint invitations_email_shape check (email ~ '^[^@\\s]+@[^@\\s]+$' and char_length(email) <= 254),
      name text not null constraint invitations_name_length check (char_length(name) between 1 and 200),
      role text not null constraint invitations_role check (role in ('lead', 'researcher', 'agency')),
      agency_id uuid,
      token_digest text not null unique,
      invited_by uuid not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      accepted_by uuid references people (id),
      revoked_at timestamptz,
      revoked_by uuid,
      unique (study_id, id),
      constraint invitations_agency_of_role check ((role = 'agency') = (agency_id is not null)),
      foreign key (study_id, agency_id) references agencies (study_id, id),
      foreign key (study_id, invited_by) references memberships (study_id, id),
      foreign key (study_id, revoked_by) references memberships (study_id, id)
    );

    create table events (
      id uuid primary key,
      at timestamptz not null default now(),
      study_id uuid references studies (id),
      person_id uuid,
      membership_id uuid,
      kind text not null constraint events_kind_shape check (kind ~ '^[a-z-]+\\.[a-z-]+$'),
      subject_id uuid,
      before jsonb,
      after jsonb,
      request_id text
    );
    create index events_study on events (study_id, at);

    alter table studies enable row level security;
    alter table agencies enable row level security;
    alter table memberships enable row level security;
    alter table invitations enable row level security;
    alter table events enable row level security;

    create policy account_read on memberships for select to fieldnotes_account
      using (person_id = (select nullif(current_setting('app.person', true), '')::uuid));
    create policy account_join on memberships for insert to fieldnotes_account
      with check (person_id = (select nullif(current_setting('app.person', true), '')::uuid));
    create policy account_rejoin on memberships for update to fieldnotes_account
      using (person_id = (select nullif(current_setting('app.person', true), '')::uuid))
      with check (person_id = (select nullif(current_setting('app.person', true), '')::uuid));
    create policy account_read on studies for select to fieldnotes_account
      using (id in (select study_id from memberships) or id in (select study_id from invitations));
    create policy account_found on studies for insert to fieldnotes_account with check (true);
    create policy account_read on invitations for select to fieldnotes_account
      using (token_digest = (select nullif(current_setting('app.token', true), '')));
    create policy account_accept on invitations for update to fieldnotes_account
      using (token_digest = (select nullif(current_setting('app.token', true), '')))
      with check (token_digest = (select nullif(current_setting('app.token', true), '')));
    create policy account_record on events for insert to fieldnotes_account with check (true);

    create policy team on studies to fieldnotes_team
      using (id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy team on agencies to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy team on memberships to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy team on invitations to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy team_record on events for insert to fieldnotes_team
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));

    create policy agency on studies for select to fieldnotes_agency
      using (id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy agency on agencies for select to fieldnotes_agency
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid)
        and id = (select nullif(current_setting('app.agency', true), '')::uuid));
    create policy agency_record on events for insert to fieldnotes_agency
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));

    grant select, insert on studies to fieldnotes_account;
    grant select, insert, update on memberships to fieldnotes_account;
    grant select, update on invitations to fieldnotes_account;
    grant insert on events to fieldnotes_account;

    grant select, update on studies to fieldnotes_team;
    grant select, insert, update on agencies, invitations to fieldnotes_team;
    grant select, update on memberships to fieldnotes_team;
    grant insert on events to fieldnotes_team;

    grant select on studies, agencies to fieldnotes_agency;
    grant insert on events to fieldnotes_agency;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table events, invitations, memberships, agencies, studies cascade`);
}
