import type { Transaction } from '../database/connection.ts';
import type { Merge, ThemeQuery } from './theme-query.ts';

/** A question that the study keeps. `definition` as it was saved: what it names may have gone since. */
export type SavedQuery = {
  id: string;
  name: string;
  definition: ThemeQuery;
  version: number;
  createdById: string;
  savedBy: string;
  savedAt: Date;
  removed: boolean;
};

function savedQueries(trx: Transaction) {
  return trx('saved_queries')
    .joinRaw('join memberships as saver on saver.id = coalesce(saved_queries.updated_by, saved_queries.created_by)')
    .select({
      id: 'saved_queries.id',
      name: 'saved_queries.name',
      definition: 'saved_queries.definition',
      version: 'saved_queries.version',
      createdById: 'saved_queries.created_by',
      savedBy: 'saver.name',
      savedAt: trx.raw('coalesce(saved_queries.updated_at, saved_queries.created_at)'),
      removed: trx.raw('saved_queries.removed_at is not null'),
    });
}

/** By name, the removed ones after the others. */
export async function listSavedQueries(trx: Transaction): Promise<SavedQuery[]> {
  return savedQueries(trx).orderByRaw(
    'saved_queries.removed_at is not null, lower(saved_queries.name), saved_queries.id',
  );
}

/** Removed ones included. */
export async function findSavedQuery(trx: Transaction, id: string): Promise<SavedQuery | undefined> {
  return savedQueries(trx).where('saved_queries.id', id).first();
}

/** The names of themes, removed ones included, by id. */
export async function listThemeNames(trx: Transaction, ids: string[]): Promise<{ id: string; name: string }[]> {
  return trx('themes').whereIn('id', ids).select('id', 'name');
}

/** Of the themes that a query names, those that were merged away, each with the theme at the end of its merges. */
export async function listMerges(trx: Transaction, { a, b, not }: ThemeQuery): Promise<Merge[]> {
  const { rows } = await trx.raw<{ rows: Merge[] }>(
    `with recursive followed as (
       select id as asked, id, merged_into from themes where id = any (?::uuid[]) and merged_into is not null
       union
       select followed.asked, themes.id, themes.merged_into from followed join themes on themes.id = followed.merged_into)
     select asked.id, asked.name, followed.id as "intoId", into_theme.name as into
       from followed
       join themes as asked on asked.id = followed.asked
       join themes as into_theme on into_theme.id = followed.id
      where followed.merged_into is null order by asked.name, asked.id`,
    [[...a, ...b, ...not]],
  );
  return rows;
}

/** False when the id is taken. Throws the database's 23505 when the name is. */
export async function insertSavedQuery(
  trx: Transaction,
  row: { id: string; studyId: string; name: string; definition: ThemeQuery; by: string },
): Promise<boolean> {
  const rows = await trx('saved_queries')
    .insert({
      id: row.id,
      study_id: row.studyId,
      name: row.name,
      definition: JSON.stringify(row.definition),
      created_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return rows.length > 0;
}

/** False when `version` is not the newest, or when the query was removed. */
export async function updateSavedQuery(
  trx: Transaction,
  row: { id: string; name: string; definition: ThemeQuery; version: number; by: string },
): Promise<boolean> {
  const count = await trx('saved_queries')
    .where({ id: row.id, version: row.version })
    .whereNull('removed_at')
    .update({
      name: row.name,
      definition: JSON.stringify(row.definition),
      version: row.version + 1,
      updated_by: row.by,
      updated_at: trx.fn.now(),
    });
  return count > 0;
}

/** Marks it removed by `by`, or brings it back when that is null. False when it was so already. */
export async function updateSavedQueryRemoved(trx: Transaction, id: string, by: string | null): Promise<boolean> {
  const query = trx('saved_queries').where({ id });
  void (by === null ? query.whereNotNull('removed_at') : query.whereNull('removed_at'));
  return (await query.update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by })) > 0;
}
