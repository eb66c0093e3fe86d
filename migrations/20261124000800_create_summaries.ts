import type { Knex } from 'knex';

// A summary is the lead's working text; a publication is the copy an agency reads. The agency's role has no right to
// the working text at all, so that an unpublished sentence cannot reach it.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table summaries (
      id uuid primary key,
      study_id uuid not null references studies (id),
      agency_id uuid not null,
      title text not null constraint summaries_title_length check (char_length(title) between 1 and 200),
      body text not null constraint summaries_body_length check (char_length(body) <= 200000),
      version integer not null default 1,
      created_by uuid not null,
      created_at timestamptz not null default now(),
      updated_by uuid not null,
      updated_at timestamptz not null default now(),
      removed_at timestamptz,
      removed_by uuid,
      unique (study_id, id),
      unique (study_id, agency_id, id),
      foreign key (study_id, agency_id) references agencies (study_id, id),
      foreign key (study_id, created_by) references memberships (study_id, id),
      foreign key (study_id, updated_by) references memberships (study_id, id),
      foreign key (study_id, removed_by) references memberships (study_id, id)
    );
    create index summaries_agency on summaries (agency_id);

    create table summary_publications (
      id uuid primary key,
      study_id uuid not null references studies (id),
      agency_id uuid not null,
      summary_id uuid not null,
      title text not null,
      body text not null,
      published_by uuid not null,
      published_at timestamptz not null default now(),
      withdrawn_by uuid,
      withdrawn_at timestamptz,
      unique (study_id, id),
      foreign key (study_id, agency_id, summary_id) references summaries (study_id, agency_id, id),
      foreign key (study_id, published_by) references memberships (study_id, id),
      foreign key (study_id, withdrawn_by) references memberships (study_id, id)
    );
    create unique index summary_publications_current on summary_publications (summary_id) where withdrawn_at is null;
    create index summary_publications_agency on summary_publications (agency_id);

    alter table summaries enable row level security;
    alter table summary_publications enable row level security;
    create policy team on summaries to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy team on summary_publications to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid))
      with check (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    create policy agency on summary_publications for select to fieldnotes_agency
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid)
        and agency_id = (select nullif(current_setting('app.agency', true), '')::uuid)
        and withdrawn_at is null);

    grant select, insert, update on summaries, summary_publications to fieldnotes_team;
    grant select (id, study_id, agency_id, summary_id, title, body, published_at, withdrawn_at)
      on summary_publications to fieldnotes_agency;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table summary_publications, summaries`);
}
