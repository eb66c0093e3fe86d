import type { Knex } from 'knex';
import type pg from 'pg';
import type { Relation, Routine } from './catalogue.ts';
import type { Material } from './statements.ts';

export type Side = { study: { id: string }; agency: { id: string }; lead: Member; researcher: Member; staff: Member };
type Member = { id: string; membershipId: string };

export type Actor = { name: string; role: string; settings: Record<string, string> };

// What a role adds to a study by design, before anybody is in it, each with its reason.
const ADDS: Record<string, string[]> = {
  // events: what happens to accounts is recorded in studies too, and chaining serves all; memberships: whoever accepts an
  // invitation puts themselves in, and only themselves.
  fieldnotes_account: ['events', 'trail_queue', 'trail_links', 'memberships'],
};

/** Everybody as whom the program asks the database, in the study `ours` or in none. */
export function actorsOf(ours: Side): Actor[] {
  const team = (member: Member, role: string) => ({
    'app.study': ours.study.id,
    'app.member': member.membershipId,
    'app.agency': '',
    'app.member_role': role,
  });
  return [
    { name: 'an account', role: 'fieldnotes_account', settings: { 'app.person': ours.researcher.id } },
    { name: 'nobody', role: 'fieldnotes_account', settings: {} },
    { name: 'a lead', role: 'fieldnotes_team', settings: team(ours.lead, 'lead') },
    { name: 'a researcher', role: 'fieldnotes_team', settings: team(ours.researcher, 'researcher') },
    {
      name: 'a researcher who looks through seals',
      role: 'fieldnotes_team',
      settings: { ...team(ours.researcher, 'researcher'), 'app.seals': 'open' },
    },
    { name: 'a team without a study', role: 'fieldnotes_team', settings: {} },
    {
      name: 'staff of an agency',
      role: 'fieldnotes_agency',
      settings: { ...team(ours.staff, 'agency'), 'app.agency': ours.agency.id },
    },
    { name: 'staff without a study', role: 'fieldnotes_agency', settings: {} },
  ];
}

/** The same rows in a second database, which lets go of any of them: its references and triggers are taken away. */
export async function copyRows(whole: pg.Client, alone: pg.Client, relations: Relation[]): Promise<void> {
  const { rows } = await alone.query<{ statement: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as statement
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`);
  for (const { statement } of rows) await alone.query(statement);
  for (const { name } of relations) {
    await alone.query(`alter table ${name} disable trigger user; delete from ${name}`);
    const { rows: held } = await whole.query<{ row: string }>(`select to_jsonb(row)::text as row from ${name} as row`);
    for (const { row } of held)
      await alone.query(`insert into ${name} select * from jsonb_populate_record(null::${name}, $1::jsonb)`, [row]);
  }
}

/** What the other study (and, for staff, whatever is not their agency's) holds, table by table. As the owner. */
export async function fingerprint(
  whole: pg.Client,
  relations: Relation[],
  { role, settings }: Actor,
  { ours, theirs }: { ours: Side; theirs: Side },
): Promise<Record<string, string>> {
  const isOutside = settings['app.study'] === undefined;
  const parts = relations
    .filter(({ name, hasStudy }) => hasStudy && !(ADDS[role] ?? []).includes(name))
    .map(({ name, columns }) => {
      const conditions = [`study_id = '${theirs.study.id}'`];
      if (isOutside && role !== 'fieldnotes_account') conditions.push('true');
      if (role === 'fieldnotes_agency' && columns.some((column) => column.name === 'agency_id'))
        conditions.push(`agency_id <> '${ours.agency.id}'`);
      return `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(row::text, '|' order by row::text)), '') as held
                from public.${name} as row where ${conditions.join(' or ')}`;
    });
  parts.push(
    `select 'studies' as name, coalesce(md5(string_agg(row::text, '|')), '') from public.studies as row where id = '${theirs.study.id}'`,
  );
  const { rows } = await whole.query<{ name: string; held: string }>(parts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, held }) => [name, held]));
}

// Serve all studies at once, and say to the program alone how much was done, how many rows a key is needed for, and whether
// the study whose whole archive somebody holds is here already (two of one id cannot be).
const FOR_ALL = ['seal_trail', 'identity_keys_in_use', 'is_study_here'];

/** Every id in the rows of studies that are asked for. */
export async function idsOf(
  whole: pg.Client,
  relations: Relation[],
  asked: (row: Record<string, unknown>) => boolean,
): Promise<string[]> {
  const ids = new Set<string>();
  for (const { name, columns } of relations.filter(({ hasStudy }) => hasStudy))
    for (const row of (await whole.query<Record<string, unknown>>(`select * from ${name}`)).rows.filter(asked))
      for (const column of columns.filter(({ type }) => type === 'uuid'))
        if (typeof row[column.name] === 'string') ids.add(row[column.name] as string);
  return [...ids];
}

/** What statements of a role are made of: mostly tables that it may read, and the functions that it may run. */
export async function materialOf(
  owner: Knex,
  material: Material,
  routines: Routine[],
  { role }: Actor,
): Promise<Material> {
  const mine: Routine[] = [];
  for (const routine of routines.filter(({ isTrigger, name }) => !isTrigger && !FOR_ALL.includes(name))) {
    const { rows } = await owner.raw<{ rows: { may: boolean }[] }>(
      `select has_function_privilege(?, ?::regprocedure, 'execute') as may`,
      [role, routine.signature],
    );
    if (rows[0]?.may) mine.push(routine);
  }
  const readable: Relation[] = [];
  for (const relation of material.relations) {
    const { rows } = await owner.raw<{ rows: { may: boolean }[] }>(
      `select has_any_column_privilege(?, ?::regclass, 'select') as may`,
      [role, `public.${relation.name}`],
    );
    if (rows[0]?.may) readable.push(relation);
  }
  // Mostly what the role may read: a refusal for want of a right teaches nothing about rows.
  const weighed = [...material.relations, ...Array.from({ length: 6 }, () => readable).flat()];
  return { ...material, relations: weighed, routines: mine };
}
