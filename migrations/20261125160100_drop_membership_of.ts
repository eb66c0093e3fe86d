import type { Knex } from 'knex';

// Who asks for a membership sends a statement of its own, planned once for each connection (`MEMBERSHIP` in
// server/studies/membership-queries.ts), and the function is not called any more.
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop function membership_of(uuid, uuid)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create function membership_of(person uuid, study uuid)
      returns table (id uuid, name text, role text, agency_id uuid, study_name text, time_zone text, requires_second_step boolean)
      language plpgsql set search_path = pg_catalog, public as $$
    begin
      perform set_config('app.person', membership_of.person::text, true);
      return query
        select memberships.id, memberships.name, memberships.role, memberships.agency_id, studies.name, studies.time_zone, studies.requires_second_step
          from memberships join studies on studies.id = memberships.study_id
         where memberships.study_id = membership_of.study and memberships.person_id = membership_of.person
           and memberships.ended_at is null;
    end $$;
    revoke execute on function membership_of(uuid, uuid) from public;
    grant execute on function membership_of(uuid, uuid) to fieldnotes_account;
  `);
}
