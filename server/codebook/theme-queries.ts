import type { Transaction } from '../database/connection.ts';
import type { RemovedTheme } from './removed-branches.ts';
import type { Theme } from './theme-tree.ts';

export type { Theme } from './theme-tree.ts';

const COLUMNS = {
  id: 'themes.id',
  parentId: 'themes.parent_id',
  name: 'themes.name',
  definition: 'themes.definition',
  whenToUse: 'themes.when_to_use',
  whenNotToUse: 'themes.when_not_to_use',
  example: 'themes.example',
  colour: 'themes.colour',
  position: 'themes.position',
  version: 'themes.version',
  removedAt: 'themes.removed_at',
  retiredAt: 'themes.retired_at',
  mergedInto: 'themes.merged_into',
};

/** What a theme says, as its form gives it. */
export type ThemeText = Pick<Theme, 'name' | 'definition' | 'whenToUse' | 'whenNotToUse' | 'example' | 'colour'>;

/** The themes that are not removed; themesInOrder() gives the order of the codebook. */
export async function listThemes(trx: Transaction): Promise<Theme[]> {
  return trx('themes').whereNull('removed_at').orderBy(['position', 'id']).select(COLUMNS);
}

/** The present and the removed ones. */
export async function listEveryTheme(trx: Transaction): Promise<Theme[]> {
  return trx('themes').orderBy(['position', 'id']).select(COLUMNS);
}

/** The removed themes, the latest first. */
export async function listRemovedThemes(trx: Transaction): Promise<RemovedTheme[]> {
  return trx('themes')
    .leftJoin('memberships', 'memberships.id', 'themes.removed_by')
    .whereNotNull('themes.removed_at')
    .orderBy([{ column: 'themes.removed_at', order: 'desc' }, 'themes.position', 'themes.id'])
    .select({
      ...COLUMNS,
      // A Date would cut off the microseconds, by which one removal is told from another.
      removal: trx.raw('themes.removed_at::text'),
      removedBy: 'memberships.name',
    });
}

/** Every theme's colour, those of removed ones too: pages of the past still show them. */
export async function listThemeColours(trx: Transaction): Promise<{ id: string; colour: string }[]> {
  return trx('themes').orderBy('id').select('id', 'colour');
}

export type ShownTheme = Theme & { changedAt: Date; changedBy: string; createdById: string };

/** One theme, a removed one included, with who wrote it last; or undefined. */
export async function findTheme(trx: Transaction, id: string): Promise<ShownTheme | undefined> {
  return trx('themes')
    .joinRaw('join memberships as writer on writer.id = coalesce(themes.updated_by, themes.created_by)')
    .where('themes.id', id)
    .first({
      ...COLUMNS,
      changedAt: trx.raw('coalesce(themes.updated_at, themes.created_at)'),
      changedBy: 'writer.name',
      createdById: 'themes.created_by',
    });
}

/** How many codings each theme has itself, by its id, counted as the list of extracts does: none of removed notes or visits. */
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

export type LatestPassage = {
  id: string;
  quote: string;
  noteId: string;
  title: string;
  agencyCode: string;
  coder: string;
  at: Date;
};

/** The passages that a theme was given last, the newest first, `limit` of them. */
export async function listLatestPassages(trx: Transaction, themeId: string, limit: number): Promise<LatestPassage[]> {
  return trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.theme_id', themeId)
    .whereNull('codings.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .orderBy('codings.created_at', 'desc')
    .orderBy('codings.id')
    .limit(limit)
    .select({
      id: 'codings.id',
      quote: 'codings.quote',
      agencyCode: 'agencies.code',
      noteId: 'codings.note_id',
      title: 'note_revisions.title',
      coder: 'memberships.name',
      at: 'codings.created_at',
    });
}

/**
 * Makes those who change the study's codebook take turns until their transactions end: the lock of the study's codebook
 * first (a codebook without themes has no rows to lock), then every theme in the order of the ids, in which coders lock
 * the themes that they use. Present and removed ones.
 */
export async function findCodebookForUpdate(
  trx: Transaction,
  studyId: string,
): Promise<{ present: Theme[]; removed: RemovedTheme[] }> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('themes of ' || ?::text, 0))`, [studyId]);
  await trx('themes').orderBy('id').forNoKeyUpdate().select('id');
  return { present: await listThemes(trx), removed: await listRemovedThemes(trx) };
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
  change: ThemeText & { version: number; parentId: string | null; by: string },
): Promise<boolean> {
  const updated = await trx('themes')
    .where({ id, version: change.version })
    .whereNull('removed_at')
    .update({
      ...textColumns(change),
      parent_id: change.parentId,
      version: change.version + 1,
      updated_by: change.by,
      updated_at: trx.fn.now(),
    });
  return updated > 0;
}

/**
 * Puts a theme under another parent. Its version changes with it, so that a form opened before cannot put it back unseen.
 * Throws 23505 like insertTheme.
 */
export async function updateParent(
  trx: Transaction,
  id: string,
  change: { parentId: string | null; by: string },
): Promise<void> {
  await trx('themes')
    .where({ id })
    .update({
      parent_id: change.parentId,
      version: trx.raw('version + 1'),
      updated_by: change.by,
      updated_at: trx.fn.now(),
    });
}

export async function updatePositions(
  trx: Transaction,
  places: readonly { id: string; position: number }[],
): Promise<void> {
  await trx.raw(
    `update themes set position = place.position
     from unnest(?::uuid[], ?::int[]) as place (id, position)
     where themes.id = place.id and themes.position <> place.position`,
    [places.map(({ id }) => id), places.map(({ position }) => position)],
  );
}

/**
 * Removes themes in one moment, by which restoring finds them again: that of the clock and not of the transaction, since
 * two transactions that wait for each other may have begun at once.
 */
export async function updateThemesRemoved(trx: Transaction, ids: readonly string[], by: string): Promise<void> {
  await trx.raw(
    `with moment as materialized (select clock_timestamp() as at)
     update themes set removed_at = moment.at, removed_by = ?::uuid
     from moment
     where themes.id = any (?::uuid[]) and removed_at is null`,
    [by, [...ids]],
  );
}

/** Removes a theme because all that was coded with it is under `into` now. */
export async function updateThemeMerged(
  trx: Transaction,
  id: string,
  { into, by }: { into: string; by: string },
): Promise<void> {
  await trx('themes')
    .where({ id })
    .update({
      merged_into: into,
      removed_at: trx.raw('clock_timestamp()'),
      removed_by: by,
      version: trx.raw('version + 1'),
      updated_by: by,
      updated_at: trx.fn.now(),
    });
}

/** Retires a theme, or takes it into use again when `by` is null. */
export async function updateThemeRetired(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('themes')
    .where({ id })
    .update({ retired_at: by === null ? null : trx.fn.now(), retired_by: by });
}

/** Gives a theme back what it said, and where it stood. Throws 23505 like insertTheme. */
export async function updateThemeReturned(
  trx: Transaction,
  id: string,
  change: ThemeText & { parentId: string | null; by: string },
): Promise<void> {
  await trx('themes')
    .where({ id })
    .update({
      ...textColumns(change),
      parent_id: change.parentId,
      version: trx.raw('version + 1'),
      updated_by: change.by,
      updated_at: trx.fn.now(),
    });
}

/** Throws 23505 like insertTheme. */
export async function updateThemesRestored(trx: Transaction, ids: readonly string[]): Promise<void> {
  await trx('themes').whereIn('id', ids).update({ removed_at: null, removed_by: null, merged_into: null });
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
