import type { Knex } from 'knex';

// The audit trail, chained and readable: docs/decisions/0018-the-trail.md.
//
// No lock is taken when an event is written: a trigger puts its id into a queue, and seal_trail() chains what it finds
// there, every few seconds and one at a time. What an event's hash is made of is written a second time, in the program
// (server/audit/chain.ts), which is what verifies.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table trail_links (
      study_id uuid references studies (id),
      number bigint not null constraint trail_links_number check (number > 0),
      event_id uuid not null unique,
      hash bytea not null constraint trail_links_hash check (octet_length(hash) = 32),
      linked_at timestamptz not null default now(),
      constraint trail_links_place unique nulls not distinct (study_id, number)
    );

    -- Without keys and references, which every event would have to wait for. The event has them.
    create table trail_queue (event_id uuid not null, study_id uuid);

    alter table trail_links enable row level security;
    alter table trail_queue enable row level security;
    create policy team on trail_links for select to fieldnotes_team
      using (study_id = (select nullif(current_setting('app.study', true), '')::uuid));
    grant select on trail_links to fieldnotes_team;

    create function queue_events() returns trigger language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      insert into trail_queue (event_id, study_id) select id, study_id from added;
      return null;
    end $$;
    create trigger queue_events after insert on events referencing new table as added
      for each statement execute function queue_events();
    revoke execute on function queue_events() from public;

    create function trail_field(value text) returns text language sql immutable parallel safe
      set search_path = pg_catalog as $$
      select case when value is null then '-' else octet_length(value)::text || ':' || value end
    $$;
    revoke execute on function trail_field(text) from public;

    create function trail_hash(previous bytea, entry events) returns bytea language sql stable
      set search_path = pg_catalog, public, pg_temp as $$
      select sha256(previous || convert_to(concat_ws(',',
        trail_field(entry.id::text),
        trail_field(to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')),
        trail_field(entry.study_id::text),
        trail_field(entry.person_id::text),
        trail_field(entry.membership_id::text),
        trail_field(entry.kind),
        trail_field(entry.subject_id::text),
        trail_field(entry.before::text),
        trail_field(entry.after::text),
        trail_field(entry.request_id)), 'UTF8'))
    $$;
    revoke execute on function trail_hash(bytea, events) from public;

    -- Chains up to so many events that have been committed; answers how many. Whoever comes meanwhile waits for the first
    -- to finish; whoever only records events waits for nobody. An event that commits later is found the next time.
    create function seal_trail(most integer) returns integer language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    declare
      entry events;
      chain uuid;
      number_before bigint;
      hash_before bytea;
      sealed integer := 0;
    begin
      if not exists (select from trail_queue) then return 0; end if;
      perform pg_advisory_xact_lock(7203014);
      for entry in
        select events.* from trail_queue join events on events.id = trail_queue.event_id
         where not exists (select from trail_links where trail_links.event_id = events.id)
         group by events.id
         order by events.study_id, events.at, events.id
         limit most
      loop
        if sealed = 0 or chain is distinct from entry.study_id then
          chain := entry.study_id;
          if chain is null then
            select number, hash into number_before, hash_before from trail_links
             where study_id is null order by number desc limit 1;
          else
            select number, hash into number_before, hash_before from trail_links
             where study_id = chain order by number desc limit 1;
          end if;
          if not found then
            number_before := 0;
            hash_before := sha256(convert_to('trail of ' || coalesce(chain::text, 'accounts'), 'UTF8'));
          end if;
        end if;
        number_before := number_before + 1;
        hash_before := trail_hash(hash_before, entry);
        insert into trail_links (study_id, number, event_id, hash) values (chain, number_before, entry.id, hash_before);
        sealed := sealed + 1;
      end loop;
      delete from trail_queue using trail_links where trail_links.event_id = trail_queue.event_id;
      return sealed;
    end $$;
    revoke execute on function seal_trail(integer) from public;
    grant execute on function seal_trail(integer) to fieldnotes_account;

    insert into trail_queue (event_id, study_id) select id, study_id from events;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger queue_events on events;
    drop function seal_trail(integer);
    drop function trail_hash(bytea, events);
    drop function trail_field(text);
    drop function queue_events();
    drop table trail_queue, trail_links;
  `);
}
