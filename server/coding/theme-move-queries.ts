import type { Transaction } from '../database/connection.ts';

/** What became of a coding whose theme had to change. */
type Moved = { id: string; fromThemeId: string; toThemeId: string; setAside: boolean };

/** Until the transaction ends no new revision of these notes can be saved; coding them goes on. In the order of their ids. */
export async function findNotesOfThemesForShare(trx: Transaction, themeIds: readonly string[]): Promise<void> {
  await trx.raw(
    `select id from notes where id in (select note_id from codings where theme_id = any (?::uuid[]))
     order by id for share`,
    [[...themeIds]],
  );
}

/**
 * Sets aside those codings of `from` that say of the same words, by the same coder, what one of `to` says already, and
 * gives all others the theme `to`: removed ones too, so that their removal can still be undone.
 */
export async function updateCodingsToTheme(
  trx: Transaction,
  { from, to, ids, by }: { from: string; to: string; ids?: readonly string[]; by: string },
): Promise<Moved[]> {
  const among = ids === undefined ? '' : 'and moving.id = any (?::uuid[])';
  const chosen = ids === undefined ? [] : [[...ids]];
  const aside = await trx.raw<{ rows: { id: string }[] }>(
    `update codings as moving set removed_at = now(), removed_by = ?::uuid, version = version + 1
      where theme_id = ?::uuid ${among} and removed_at is null
        and exists (select from codings as there
              where there.theme_id = ?::uuid and there.removed_at is null and there.note_id = moving.note_id
                and there.coder_id = moving.coder_id and there.revision_id = moving.revision_id
                and there.start_position = moving.start_position and there.end_position = moving.end_position)
      returning id`,
    [by, from, ...chosen, to],
  );
  const setAside = aside.rows.map(({ id }) => id);
  const moved = await trx.raw<{ rows: { id: string }[] }>(
    `update codings as moving set theme_id = ?::uuid, version = version + 1
      where theme_id = ?::uuid ${among} and not (id = any (?::uuid[])) returning id`,
    [to, from, ...chosen, setAside],
  );
  const entry = (id: string, isAside: boolean): Moved => ({ id, fromThemeId: from, toThemeId: to, setAside: isAside });
  return [...setAside.map((id) => entry(id, true)), ...moved.rows.map(({ id }) => entry(id, false))];
}

/** Gives codings back the theme that they had, those that still have the one they were given. */
export async function updateCodingsBack(trx: Transaction, moved: readonly Moved[]): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `update codings set theme_id = move.from_id, version = version + 1
     from unnest(?::uuid[], ?::uuid[], ?::uuid[]) as move (id, from_id, to_id)
     where codings.id = move.id and codings.theme_id = move.to_id
       and (codings.removed_at is not null or not exists (select from codings as there
              where there.theme_id = move.from_id and there.removed_at is null and there.note_id = codings.note_id
                and there.coder_id = codings.coder_id and there.revision_id = codings.revision_id
                and there.start_position = codings.start_position and there.end_position = codings.end_position))
     returning codings.id`,
    [moved.map(({ id }) => id), moved.map(({ fromThemeId }) => fromThemeId), moved.map(({ toThemeId }) => toThemeId)],
  );
  return rows.map(({ id }) => id);
}

/** Takes codings that were set aside back into use, where their coder has not said the same anew. */
export async function updateCodingsTakenBack(
  trx: Transaction,
  moved: readonly { id: string; fromThemeId: string }[],
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `update codings set removed_at = null, removed_by = null, version = version + 1
     from unnest(?::uuid[], ?::uuid[]) as move (id, from_id)
     where codings.id = move.id and codings.theme_id = move.from_id and codings.removed_at is not null
       and not exists (select from codings as there
              where there.theme_id = move.from_id and there.removed_at is null and there.note_id = codings.note_id
                and there.coder_id = codings.coder_id and there.revision_id = codings.revision_id
                and there.start_position = codings.start_position and there.end_position = codings.end_position)
     returning codings.id`,
    [moved.map(({ id }) => id), moved.map(({ fromThemeId }) => fromThemeId)],
  );
  return rows.map(({ id }) => id);
}

/** Whether the theme has codings, not removed, besides those with these ids. */
export async function findCodingBesides(
  trx: Transaction,
  themeId: string,
  ids: readonly string[],
): Promise<{ id: string } | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select id from codings where theme_id = ?::uuid and removed_at is null and not (id = any (?::uuid[])) limit 1`,
    [themeId, [...ids]],
  );
  return rows[0];
}
