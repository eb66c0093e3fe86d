import type { Transaction } from '../../database/connection.ts';

/**
 * A table of studies as the catalogue has it. `isTree` where its rows refer to other rows of the same table; `namesPeople`
 * where they refer to accounts, which are others in another installation.
 */
export type StudyTable = { name: string; columns: string[]; isTree: boolean; namesPeople: boolean };

/** Every table that holds rows of studies, each after those that it refers to. A new one is there the day it appears. */
export async function listStudyTables(trx: Transaction): Promise<StudyTable[]> {
  const { rows: tables } = await trx.raw<{ rows: StudyTable[] }>(`
    select relname::text as name,
           array(select attname::text from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
                    and attgenerated = '' order by attname collate "C") as columns,
           exists (select from pg_constraint where contype = 'f' and conrelid = pg_class.oid and confrelid = pg_class.oid) as "isTree",
           exists (select from pg_constraint where contype = 'f' and conrelid = pg_class.oid and confrelid = 'people'::regclass) as "namesPeople"
      from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'
       and exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'study_id' and not attisdropped)
     order by relname collate "C"`);
  const { rows: references } = await trx.raw<{ rows: { from: string; to: string }[] }>(`
    select distinct child.relname::text as from, parent.relname::text as to
      from pg_constraint join pg_class as child on child.oid = conrelid join pg_class as parent on parent.oid = confrelid
     where contype = 'f' and conrelid <> confrelid and connamespace = 'public'::regnamespace`);
  const placed: StudyTable[] = [];
  let left = tables;
  while (left.length > 0) {
    const next = left.find(
      ({ name }) => !references.some(({ from, to }) => from === name && left.some((other) => other.name === to)),
    );
    if (!next)
      throw new Error(`tables of studies refer to each other in a circle: ${left.map(({ name }) => name).join()}`);
    placed.push(next);
    left = left.filter((table) => table !== next);
  }
  return placed;
}

/** The columns of the studies themselves. */
export async function listStudyColumns(trx: Transaction): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>(`
    select attname::text as name from pg_attribute
     where attrelid = 'studies'::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attname collate "C"`);
  return rows.map(({ name }) => name);
}
