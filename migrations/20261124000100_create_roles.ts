import type { Knex } from 'knex';

// Roles belong to the whole cluster, so another database, or another start at the same moment, may have made them
// already: both ways in which PostgreSQL says so are taken as success.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$
    declare
      role_name text;
      -- Since version 16 whoever creates a role is a member of it, but may not act as it without a grant.
      usable text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
    begin
      foreach role_name in array array['fieldnotes_account', 'fieldnotes_team', 'fieldnotes_agency'] loop
        if not exists (select 1 from pg_roles where rolname = role_name) then
          begin
            execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole', role_name);
          exception when duplicate_object or unique_violation then null;
          end;
        end if;
        if not pg_has_role(current_user, role_name, usable) then
          begin
            execute format('grant %I to current_user', role_name);
          exception when unique_violation then null;
          end;
        end if;
      end loop;
    end $$;

    grant usage on schema public to fieldnotes_account, fieldnotes_team, fieldnotes_agency;
  `);
}

// The roles stay: other databases of the cluster may use them.
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`revoke usage on schema public from fieldnotes_account, fieldnotes_team, fieldnotes_agency`);
}
