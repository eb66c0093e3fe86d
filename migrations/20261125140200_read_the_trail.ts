import type { Knex } from 'knex';

// Events stay closed to the team's role, which can only add them: a lead reads them through these functions, which run as
// the tables' owner and therefore keep the wall themselves. They answer only when the member that inStudy() has set is at
// present a lead of the study that it has set.
//
// What happened to somebody's account belongs to no study. A lead reads it for the people of the study, for the time in
// which they are in it; and who, without being a member, asked for a page of the study.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index events_account_person on events (person_id, at) where study_id is null;
    create index events_account_subject on events (subject_id, at) where study_id is null;

    create function study_led() returns uuid language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
      select study_id from memberships
       where id = nullif(current_setting('app.member', true), '')::uuid
         and study_id = nullif(current_setting('app.study', true), '')::uuid
         and role = 'lead' and ended_at is null
    $$;
    revoke execute on function study_led() from public;

    create function read_trail(
      by_person uuid, of_kinds text[], about uuid, since timestamptz, until timestamptz,
      edge_id uuid, backwards boolean, most bigint
    ) returns table (
      id uuid, at timestamptz, person_id uuid, membership_id uuid, kind text, subject_id uuid,
      before jsonb, after jsonb, request_id text, of_account boolean
    ) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    #variable_conflict use_column
    declare
      led uuid := study_led();
      edge_at timestamptz;
      reader uuid := nullif(current_setting('app.member', true), '')::uuid;
      conditions text := '';
      direction text := case when backwards then 'asc' else 'desc' end;
      compared text := case when backwards then '>' else '<' end;
    begin
      if led is null then return; end if;
      -- Conditions are put together so that each question has a plan of its own; values are never part of the text.
      if by_person is not null then conditions := conditions || ' and events.person_id = $3'; end if;
      if of_kinds is not null then conditions := conditions || ' and events.kind = any ($4)'; end if;
      if about is not null then
        conditions := conditions || ' and (events.subject_id = $5 or events.after ->> ''noteId'' = $5::text)';
      end if;
      if since is not null then conditions := conditions || ' and events.at >= $6'; end if;
      if until is not null then conditions := conditions || ' and events.at < $7'; end if;
      if edge_id is not null then
        select events.at into edge_at from events where events.id = edge_id;
        conditions := conditions || format(' and (events.at, events.id) %s ($8, $9)', compared);
      end if;
      return query execute format($statement$
        select id, at, person_id, membership_id, kind, subject_id, before, after, request_id, of_account from (
          (select events.*, false as of_account from events
            where events.study_id = $1
              -- What is sealed to its coder is not told to anybody else, not even that it is there.
              and not (events.kind like 'coding.%%' and exists (select from codings
                where codings.id = events.subject_id and codings.sealed_to is not null and codings.sealed_to <> $2))
              and not (events.kind like 'memo.%%' and exists (select from memos join codings on codings.id = memos.coding_id
                where memos.id = events.subject_id and codings.sealed_to is not null and codings.sealed_to <> $2))
              %1$s
            order by events.at %2$s, events.id %2$s limit $10)
          union all
          (select events.*, true as of_account from events
            where events.study_id is null
              and (events.subject_id = $1 or exists (select from memberships
                where memberships.study_id = $1
                  and memberships.person_id in (events.person_id, events.subject_id)
                  and events.at >= memberships.created_at
                  and (memberships.ended_at is null or events.at <= memberships.ended_at)))
              %1$s
            order by events.at %2$s, events.id %2$s limit $10)
        ) as found order by at %2$s, id %2$s limit $10
      $statement$, conditions, direction)
      using led, reader, by_person, of_kinds, about, since, until, edge_at, edge_id, most;
    end $$;

    -- The study's own chain with what it stands for, in order, for the program to verify.
    create function read_trail_chain(after_number bigint, most integer) returns table (
      number bigint, hash bytea, linked_at timestamptz, event_id uuid, id text, at text, study_id text, person_id text,
      membership_id text, kind text, subject_id text, before text, after text, request_id text
    ) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select trail_links.number, trail_links.hash, trail_links.linked_at, trail_links.event_id, events.id::text,
             to_char(events.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), events.study_id::text,
             events.person_id::text, events.membership_id::text, events.kind, events.subject_id::text,
             events.before::text, events.after::text, events.request_id
        from trail_links left join events on events.id = trail_links.event_id
       where trail_links.study_id = study_led() and trail_links.number > after_number
       order by trail_links.number limit most
    $$;

    -- Events of the study that are neither chained nor waiting to be, and what waits and is gone.
    create function count_trail_gaps() returns table (unchained bigint, vanished bigint)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select (select count(*) from events where events.study_id = study_led()
                and not exists (select from trail_links where trail_links.event_id = events.id)
                and not exists (select from trail_queue where trail_queue.event_id = events.id)),
             (select count(*) from trail_queue where trail_queue.study_id = study_led()
                and not exists (select from events where events.id = trail_queue.event_id))
    $$;

    do $$
    declare name text;
    begin
      foreach name in array array[
        'read_trail(uuid, text[], uuid, timestamptz, timestamptz, uuid, boolean, bigint)',
        'read_trail_chain(bigint, integer)', 'count_trail_gaps()'
      ] loop
        execute format('revoke execute on function %s from public', name);
        execute format('grant execute on function %s to fieldnotes_team', name);
      end loop;
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function count_trail_gaps();
    drop function read_trail_chain(bigint, integer);
    drop function read_trail(uuid, text[], uuid, timestamptz, timestamptz, uuid, boolean, bigint);
    drop function study_led();
    drop index events_account_subject, events_account_person;
  `);
}
