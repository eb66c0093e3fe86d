import type { Transaction } from '../database/connection.ts';
import type { Theme } from './theme-tree.ts';

export type { Theme } from './theme-tree.ts';

const COLUMNS = {
  id: 'id',
  parentId: 'parent_id',
  name: 'name',
  definition: 'definition',
  whenToUse: 'when_to_use',
  whenNotToUse: 'when_not_to_use',
  example: 'example',
  colour: 'colour',
  position: 'position',
  version: 'version',
  removedAt: 'removed_at',
};

/** What a theme says, as its form gives it. */
export type ThemeText = Pick<Theme, 'name' | 'definition' | 'whenToUse' | 'whenNotToUse' | 'example' | 'colour'>;

/** The themes that are not removed, siblings by position. */
export async function listThemes(trx: Transaction): Promise<Theme[]> {
  return trx('themes').whereNull('removed_at').orderBy(['position', 'id']).select(COLUMNS);
}

/** The removed themes, the latest first. */
export async function listRemovedThemes(trx: Transaction): Promise<Theme[]> {
  return trx('themes')
    .whereNotNull('removed_at')
    .orderBy([{ column: 'removed_at', order: 'desc' }, 'position'])
    .select(COLUMNS);
}

/** Every theme's colour, those of removed ones too: pages of the past still show them. */
export async function listThemeColours(trx: Transaction): Promise<{ id: string; colour: string }[]> {
  return trx('themes').orderBy('id').select('id', 'colour');
}

/** One theme, a removed one included, or undefined. */
export async function findTheme(trx: Transaction, id: string): Promise<Theme | undefined> {
  return trx('themes').where({ id }).first(COLUMNS);
}

/** How many codings a theme has itself, by theme id; those of removed notes and visits are none. */
export async function countCodingsByTheme(trx: Transaction): Promise<Map<string, number>> {
  const rows = await trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .whereNull('codings.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .groupBy('codings.theme_id')
    .select({ id: 'codings.theme_id', count: trx.raw('count(*)::int') });
  return new Map(rows.map(({ id, count }: { id: string; count: number }) => [id, count]));
}

export type LatestPassage = { quote: string; noteId: string; title: string; coder: string; at: Date };

/** The passages that a theme was given last, `limit` of them. */
export async function listLatestPassages(trx: Transaction, themeId: string, limit: number): Promise<LatestPassage[]> {
  return trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.theme_id', themeId)
    .whereNull('codings.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .orderBy('codings.created_at', 'desc')
    .orderBy('codings.id')
    .limit(limit)
    .select({
      quote: 'codings.quote',
      noteId: 'codings.note_id',
      title: 'note_revisions.title',
      coder: 'memberships.name',
      at: 'codings.created_at',
    });
}

/** Makes those who change the shape of the study's tree take turns, until their transactions end. */
export async function findTreeForUpdate(trx: Transaction, studyId: string): Promise<Theme[]> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('themes of ' || ?::text, 0))`, [studyId]);
  return listThemes(trx);
}

/** False when the id is taken. Throws PostgreSQL's 23505 on themes_sibling_unique when a sibling has the name. */
export async function insertTheme(
  trx: Transaction,
  row: ThemeText & { id: string; studyId: string; parentId: string | null; position: number; by: string },
): Promise<boolean> {
  const inserted = await trx('themes')
    .insert({
      id: row.id,
      study_id: row.studyId,
      parent_id: row.parentId,
      position: row.position,
      created_by: row.by,
      ...textColumns(row),
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the theme is no longer at `version`, or removed. Throws 23505 like insertTheme. */
export async function updateTheme(
  trx: Transaction,
  id: string,
  change: ThemeText & { version: number; parentId: string | null; position: number },
): Promise<boolean> {
  const updated = await trx('themes')
    .where({ id, version: change.version })
    .whereNull('removed_at')
    .update({
      ...textColumns(change),
      parent_id: change.parentId,
      position: change.position,
      version: change.version + 1,
    });
  return updated > 0;
}

/** Puts a theme under a parent and numbers its new siblings, itself among them, from 1. Throws 23505 like insertTheme. */
export async function updatePlaces(
  trx: Transaction,
  id: string,
  parentId: string | null,
  siblingIds: readonly string[],
): Promise<void> {
  await trx('themes').where({ id }).update({ parent_id: parentId });
  await trx.raw(
    `update themes set position = place.number
       from unnest(?::uuid[]) with ordinality as place (id, number)
      where themes.id = place.id and themes.position <> place.number`,
    [[...siblingIds]],
  );
}

/** Removes themes in one moment, by which restoring finds them again. How many changed. */
export async function updateThemesRemoved(trx: Transaction, ids: readonly string[], by: string): Promise<number> {
  return trx('themes').whereIn('id', ids).whereNull('removed_at').update({ removed_at: trx.fn.now(), removed_by: by });
}

/** Brings back what was removed together with the theme `id`. Throws 23505 like insertTheme. Gives the ids. */
export async function updateThemesRestored(trx: Transaction, id: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with recursive branch as (
       select id, removed_at from themes where id = ?
       union
       select themes.id, themes.removed_at from themes
         join branch on themes.parent_id = branch.id and themes.removed_at = branch.removed_at
     )
     update themes set removed_at = null, removed_by = null where id in (select id from branch) returning id`,
    [id],
  );
  return rows.map((row) => row.id);
}

function textColumns(text: ThemeText) {
  return {
    name: text.name,
    definition: text.definition,
    when_to_use: text.whenToUse,
    when_not_to_use: text.whenNotToUse,
    example: text.example,
    colour: text.colour,
  };
}
