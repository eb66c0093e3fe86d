import type { Knex } from 'knex';

// How long each class of data is kept: a review date that can be moved with a reason, and disposal that two people decide,
// kept by a constraint. dispose() runs as the owner and only for a disposal that its caller has just confirmed.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(String.raw`
    create table retention_reviews (
      id uuid primary key,
      study_id uuid not null references studies (id),
      class text not null constraint retention_reviews_class
        check (class in ('identities', 'consent', 'raw-notes', 'attachments', 'notes', 'exports', 'trail')),
      review_on date not null,
      reason text not null constraint retention_reviews_reason check (char_length(reason) between 1 and 2000),
      set_by uuid not null,
      set_at timestamptz not null default clock_timestamp(),
      unique (study_id, id),
      foreign key (study_id, set_by) references memberships (study_id, id)
    );
    create index retention_reviews_class on retention_reviews (study_id, class, set_at desc);

    create table disposals (
      id uuid primary key,
      study_id uuid not null references studies (id),
      class text not null constraint disposals_class
        check (class in ('identities', 'consent', 'raw-notes', 'attachments', 'notes')),
      reason text not null constraint disposals_reason check (char_length(reason) between 1 and 2000),
      requested_by uuid not null,
      requested_at timestamptz not null default now(),
      cancelled_by uuid,
      cancelled_at timestamptz,
      confirmed_by uuid,
      confirmed_at timestamptz,
      done_at timestamptz,
      effect jsonb,
      unique (study_id, id),
      constraint disposals_cancelled check ((cancelled_by is null) = (cancelled_at is null)),
      constraint disposals_confirmed check ((confirmed_by is null) = (confirmed_at is null)),
      constraint disposals_two_people check (confirmed_by <> requested_by),
      constraint disposals_one_end check (cancelled_at is null or confirmed_at is null),
      constraint disposals_done check (done_at is null or confirmed_at is not null),
      foreign key (study_id, requested_by) references memberships (study_id, id),
      foreign key (study_id, cancelled_by) references memberships (study_id, id),
      foreign key (study_id, confirmed_by) references memberships (study_id, id)
    );
    create unique index disposals_one_open on disposals (study_id, class) where cancelled_at is null and confirmed_at is null;

    do $$
    declare name text;
    begin
      foreach name in array array['retention_reviews', 'disposals'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy team on %I to fieldnotes_team
          using (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))
          with check (study_id = (select nullif(current_setting(''app.study'', true), '''')::uuid))', name);
      end loop;
    end $$;
    grant select, insert on retention_reviews to fieldnotes_team;
    grant select, insert, update on disposals to fieldnotes_team;

    create function delete_codings(ids uuid[]) returns void language sql set search_path = pg_catalog, public as $$
      delete from memos where coding_id = any (ids);
      delete from double_coding_passages where coding_id = any (ids);
      delete from codebook_step_codings where coding_id = any (ids);
      delete from codings where id = any (ids);
    $$;

    create function dispose(of_disposal uuid) returns jsonb language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      d record;
      rows_gone bigint := 0;
      quoted uuid[];
    begin
      select * into d from disposals
       where id = of_disposal and study_id = nullif(current_setting('app.study', true), '')::uuid for update;
      if not found or d.confirmed_by is null or d.done_at is not null
         or d.confirmed_by <> nullif(current_setting('app.member', true), '')::uuid
         or not exists (select from memberships where id = d.confirmed_by and role in ('lead', 'researcher') and ended_at is null) then
        raise exception 'nothing is disposed of without a disposal that a second person has just confirmed' using errcode = 'CP002';
      end if;
      perform set_config('app.seals', 'open', true);
      -- Nobody saves or codes a note meanwhile.
      perform from notes where study_id = d.study_id order by id for update;
      if d.class = 'identities' then
        delete from identities where study_id = d.study_id;
        get diagnostics rows_gone = row_count;
        if to_regclass('deidentification_log') is not null then
          execute 'delete from deidentification_log where study_id = $1' using d.study_id;
        end if;
      elsif d.class = 'consent' then
        update consent_changes set note = '', form_version = '' where study_id = d.study_id and note || form_version <> '';
        get diagnostics rows_gone = row_count;
        update participants set consent_note = '' where study_id = d.study_id and consent_note <> '';
      elsif d.class = 'attachments' then
        insert into files_to_remove (stored_name, study_id)
          select stored_name, study_id from attachments where study_id = d.study_id on conflict do nothing;
        delete from withdrawal_choices where study_id = d.study_id and attachment_id is not null;
        delete from attachments where study_id = d.study_id;
        get diagnostics rows_gone = row_count;
      else
        -- Earlier versions of notes and what was never saved; for "notes" the newest version, and what quotes it, too.
        quoted := array(select codings.id from codings join notes on notes.id = codings.note_id
          join note_revisions r on r.id = codings.revision_id
          where codings.study_id = d.study_id and (d.class = 'notes' or r.number < notes.latest_revision));
        perform delete_codings(quoted);
        delete from note_drafts where study_id = d.study_id;
        update note_revisions r set body = '[disposed of]', title = '[disposed of]' from notes
         where notes.id = r.note_id and r.study_id = d.study_id and r.body <> '[disposed of]'
           and (d.class = 'notes' or r.number < notes.latest_revision);
        get diagnostics rows_gone = row_count;
        if d.class = 'notes' then
          delete from settlements where study_id = d.study_id;
          delete from memos where study_id = d.study_id and note_id is not null;
          delete from note_withheld where study_id = d.study_id;
          delete from note_mentions where study_id = d.study_id;
          delete from note_search where study_id = d.study_id;
          delete from note_paragraphs where study_id = d.study_id;
        end if;
      end if;
      update disposals set done_at = now(), effect = jsonb_build_object('rows', rows_gone, 'codings', coalesce(cardinality(quoted), 0))
       where id = d.id;
      return jsonb_build_object('rows', rows_gone, 'codings', coalesce(cardinality(quoted), 0));
    end $$;
    revoke execute on function dispose(uuid), delete_codings(uuid[]) from public;
    grant execute on function dispose(uuid) to fieldnotes_team;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function dispose(uuid), delete_codings(uuid[]); drop table disposals, retention_reviews');
}
