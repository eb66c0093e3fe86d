import type { Knex } from 'knex';

export type Column = { name: string; type: string };
export type Relation = { name: string; hasStudy: boolean; columns: Column[] };
export type Routine = {
  name: string;
  signature: string;
  args: string[];
  isDefiner: boolean;
  isTrigger: boolean;
  path: string;
};

/** Every table, view and sequence of the schema, as the database itself lists them. */
export async function readRelations(owner: Knex): Promise<{ relations: Relation[]; sequences: string[] }> {
  const { rows } = await owner.raw<{ rows: { name: string; kind: string; columns: Column[] | null }[] }>(`
    select relname as name, relkind as kind,
           (select jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, null)) order by attnum)
              from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped) as columns
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     order by relname`);
  return {
    relations: rows
      .filter(({ kind }) => kind !== 'S')
      .map(({ name, columns }) => ({
        name,
        columns: columns ?? [],
        hasStudy: (columns ?? []).some((column) => column.name === 'study_id'),
      })),
    sequences: rows.filter(({ kind }) => kind === 'S').map(({ name }) => name),
  };
}

/** Every function of the schema but those that extensions brought. */
export async function readRoutines(owner: Knex): Promise<Routine[]> {
  const { rows } = await owner.raw<{ rows: Routine[] }>(`
    select proname as name, oid::regprocedure::text as signature, prosecdef as "isDefiner",
           prorettype = 'trigger'::regtype as "isTrigger",
           coalesce((select option from unnest(proconfig) as option where option like 'search_path=%'), '') as path,
           array(select format_type(type, null) from unnest(proargtypes) with ordinality as given (type, place)
                  order by place) as args
      from pg_proc where pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
     order by 2`);
  return rows;
}

// Tables that hold nothing of one study alone, each with its reason.
export const OUTSIDE: Record<string, string> = {
  account_links: 'one-time links of people',
  authenticator_apps: 'the second step of people',
  backups: 'when the whole installation was kept',
  knex_migrations: 'which migrations have run',
  knex_migrations_lock: 'the same',
  passkeys: 'the second step of people',
  people: 'accounts, which belong to no study',
  project_imports: 'files that are not a study yet, each seen by its sender alone',
  recovery_codes: 'the second step of people',
  sessions: 'who is signed in',
  sign_in_limits: 'tries to sign in, counted',
  single_sign_on_subjects: 'whom a provider of single sign-on means: people',
  spent_proofs: 'the second step of people',
  studies: 'the studies themselves: its id is the study',
};
