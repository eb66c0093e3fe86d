import type pg from 'pg';
import { StartError } from '../shared/errors.ts';

const OLDEST_VERSION = 15;
/** The roles that the wall between studies is made of; the first migration creates them. */
const WALL_ROLES = ['fieldnotes_account', 'fieldnotes_team', 'fieldnotes_agency'];

/** What searching is made with; both come with PostgreSQL and may be created by whoever may create in the database. */
const EXTENSIONS = ['pg_trgm', 'unaccent'];

type Facts = {
  version: number;
  encoding: string;
  database: string;
  username: string;
  may_create_roles: boolean;
  may_create_tables: boolean;
  is_migrated: boolean;
};
type RoleFacts = { name: string; exists: boolean; usable: boolean; grantable: boolean };

async function readFacts(client: pg.Client): Promise<Facts> {
  const { rows } = await client.query<Facts>(`
    select current_setting('server_version_num')::int as version,
           current_setting('server_encoding') as encoding,
           current_database() as database,
           current_user as username,
           (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may_create_roles,
           has_schema_privilege('public', 'create') as may_create_tables,
           to_regclass('public.knex_migrations') is not null as is_migrated`);
  if (!rows[0]) throw new Error('the database did not say what it is');
  return rows[0];
}

async function readRoles(client: pg.Client, version: number): Promise<RoleFacts[]> {
  // Since version 16 to be a member is not enough: the membership must allow SET ROLE.
  const usable = version >= 160_000 ? 'SET' : 'MEMBER';
  const { rows } = await client.query<RoleFacts>(
    `select name, r.oid is not null as exists,
            coalesce(pg_has_role(r.oid, $2), false) as usable,
            coalesce(pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')
              or (u.rolcreaterole and $3 < 160000) or u.rolsuper, false) as grantable
       from unnest($1::text[]) as name
       left join pg_roles r on r.rolname = name
       join pg_roles u on u.rolname = current_user`,
    [WALL_ROLES, usable, version],
  );
  return rows;
}

function refuseRoles(
  client: pg.Client,
  { username, version, may_create_roles, is_migrated }: Facts,
  roles: RoleFacts[],
) {
  const lacking = roles.filter(({ usable }) => !usable);
  const canHelpItself = lacking.every((role) => (role.exists ? role.grantable : may_create_roles));
  // The first migration makes and grants the roles; once it is done it does not come back to them.
  if (lacking.length === 0 || (canHelpItself && !is_migrated)) return;
  const created = lacking.filter(({ exists }) => !exists).map(({ name }) => `  create role ${name} nologin;`);
  const names = lacking.map(({ name }) => name).join(', ');
  const option = version >= 160_000 ? ' with set true' : '';
  const granted = `  grant ${names} to ${client.escapeIdentifier(username)}${option};`;
  throw new StartError(
    [
      `The database user “${username}” may not create or use the roles that keep studies apart. Ask the database's administrator to run this, then start again:`,
      ...created,
      granted,
    ].join('\n'),
  );
}

async function refuseExtensions(client: pg.Client, { database }: Facts): Promise<void> {
  const { rows } = await client.query<{ name: string; available: boolean; creatable: boolean }>(
    `select wanted.name, version.name is not null as available,
            coalesce(rolsuper or (trusted and has_database_privilege(current_database(), 'create')), false) as creatable
       from unnest($1::text[]) as wanted (name)
       join pg_roles on rolname = current_user
       left join pg_available_extensions as known on known.name = wanted.name
       left join pg_available_extension_versions as version on version.name = wanted.name and version.version = known.default_version
      where not exists (select from pg_extension where extname = wanted.name)`,
    [EXTENSIONS],
  );
  const missing = rows.filter(({ available }) => !available).map(({ name }) => name);
  if (missing.length > 0)
    throw new StartError(
      `The database server lacks ${missing.join(' and ')}, which searching needs. Ask its administrator to install PostgreSQL's “contrib” package, then start again.`,
    );
  const withheld = rows.filter(({ creatable }) => !creatable).map(({ name }) => `  create extension ${name};`);
  if (withheld.length > 0)
    throw new StartError(
      [
        `Searching needs extensions of PostgreSQL that this database user may not create. Ask the database's administrator to run this in the database “${database}”, then start again:`,
        ...withheld,
      ].join('\n'),
    );
}

/** Throws a StartError, in words for the person who starts the program, when it cannot work on this database. */
export async function checkDatabase(client: pg.Client): Promise<void> {
  const facts = await readFacts(client);
  const major = Math.floor(facts.version / 10_000);
  if (major < OLDEST_VERSION) {
    throw new StartError(
      `The database server is PostgreSQL ${major}; the program needs ${OLDEST_VERSION} or later. Upgrade it, or set DATABASE_URL to a newer server.`,
    );
  }
  if (facts.encoding !== 'UTF8') {
    throw new StartError(
      `The encoding of the database “${facts.database}” is ${facts.encoding}; it must be UTF8. Create one with “create database … encoding 'UTF8' template template0” and set DATABASE_URL to it.`,
    );
  }
  refuseRoles(client, facts, await readRoles(client, facts.version));
  if (!facts.may_create_tables && !facts.is_migrated) {
    const database = client.escapeIdentifier(facts.database);
    const owner = client.escapeIdentifier(facts.username);
    throw new StartError(
      `The database user “${facts.username}” may not create tables in “${facts.database}”. Ask the database's administrator to run this, then start again:\n  alter database ${database} owner to ${owner};`,
    );
  }
  await refuseExtensions(client, facts);
}
