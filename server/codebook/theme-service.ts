import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import type { NewTheme, ThemeChange } from './theme-form.ts';
import {
  findTheme,
  findTreeForUpdate,
  insertTheme,
  updatePlaces,
  updateTheme,
  updateThemesRemoved,
  updateThemesRestored,
} from './theme-queries.ts';
import {
  DEEPEST,
  descendantIds,
  type Direction,
  heightOf,
  placeAfter,
  siblingsAt,
  type Theme,
  themesInOrder,
} from './theme-tree.ts';

/** Adds a theme as the last of its siblings. Sending the same id twice adds it once. FieldError when it cannot be so. */
export function addTheme(db: Db, actor: Actor, values: NewTheme): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const tree = await findTreeForUpdate(trx, actor.studyId);
    const existing = await findTheme(trx, values.id);
    if (existing) return;
    checkPlace(tree, values.parent, 1);
    const row = {
      ...values,
      studyId: actor.studyId,
      parentId: values.parent,
      position: siblingsAt(tree, values.parent).length + 1,
      by: actor.membershipId,
    };
    // An id that is taken and not found above belongs to something that this member cannot see.
    if (!(await unlessNameTaken(values.name, () => insertTheme(trx, row)))) throw new NotFoundError();
    await recordEvent(trx, actor, { kind: 'theme.added', subjectId: values.id, after: { parentId: values.parent } });
  });
}

/** Saves over `version`; ConflictError when somebody else has saved since. */
export function changeTheme(db: Db, actor: Actor, id: string, values: ThemeChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const tree = await findTreeForUpdate(trx, actor.studyId);
    const theme = presentTheme(tree, id);
    if (theme.version !== values.version)
      throw new ConflictError('Somebody else changed this theme after you opened it.');
    const moves = values.parent !== theme.parentId;
    if (moves) {
      if (values.parent !== null && descendantIds(tree, id).includes(values.parent))
        throw new FieldError('parent', 'A theme cannot belong under itself or under one of its own sub-themes.');
      checkPlace(tree, values.parent, heightOf(tree, id));
    }
    const position = moves ? siblingsAt(tree, values.parent).length + 1 : theme.position;
    await unlessNameTaken(values.name, () => updateTheme(trx, id, { ...values, parentId: values.parent, position }));
    await recordEvent(trx, actor, {
      kind: 'theme.changed',
      subjectId: id,
      before: { version: theme.version, parentId: theme.parentId },
      after: { version: theme.version + 1, parentId: values.parent },
    });
  });
}

/** Moves a theme one step; false when it is at the end of its way already. */
export function moveTheme(db: Db, actor: Actor, id: string, direction: Direction): Promise<boolean> {
  return inStudy(db, actor, async (trx) => {
    const tree = await findTreeForUpdate(trx, actor.studyId);
    const theme = presentTheme(tree, id);
    const place = placeAfter(tree, id, direction);
    if (!place) return false;
    checkPlace(tree, place.parentId, heightOf(tree, id));
    const siblings = siblingsAt(tree, place.parentId)
      .map((sibling) => sibling.id)
      .filter((sibling) => sibling !== id);
    siblings.splice(place.index, 0, id);
    await unlessNameTaken(theme.name, () => updatePlaces(trx, id, place.parentId, siblings));
    await recordEvent(trx, actor, {
      kind: 'theme.moved',
      subjectId: id,
      before: { parentId: theme.parentId, position: theme.position },
      after: { parentId: place.parentId, position: place.index + 1 },
    });
    return true;
  });
}

/** Removes a theme with its sub-themes. Their codings stay, unseen until the theme is restored. How many themes went. */
export function removeTheme(db: Db, actor: Actor, id: string): Promise<number> {
  return inStudy(db, actor, async (trx) => {
    const tree = await findTreeForUpdate(trx, actor.studyId);
    if (!tree.some((theme) => theme.id === id)) {
      if (await findTheme(trx, id)) return 0;
      throw new NotFoundError();
    }
    const removed = await updateThemesRemoved(trx, descendantIds(tree, id), actor.membershipId);
    await recordEvent(trx, actor, { kind: 'theme.removed', subjectId: id, after: { themes: removed } });
    return removed;
  });
}

/** Undoes removeTheme: what went with the theme comes back with it. ConflictError when its place is taken or gone. */
export function restoreTheme(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const tree = await findTreeForUpdate(trx, actor.studyId);
    const theme = await findTheme(trx, id);
    if (!theme) throw new NotFoundError();
    if (theme.removedAt === null) return;
    if (theme.parentId !== null && !tree.some((each) => each.id === theme.parentId))
      throw new ConflictError('The theme that it belongs under was removed too. Restore that one first.');
    const restored = await updateThemesRestored(trx, id).catch((error: unknown) => {
      if (!isNameTaken(error)) throw error;
      throw new ConflictError(
        `There is another theme called “${theme.name}” in its place now. Rename that one, then restore this one.`,
      );
    });
    await recordEvent(trx, actor, { kind: 'theme.restored', subjectId: id, after: { themes: restored.length } });
  });
}

function presentTheme(tree: Theme[], id: string): Theme {
  const theme = tree.find((each) => each.id === id);
  if (!theme) throw new NotFoundError();
  return theme;
}

function checkPlace(tree: Theme[], parentId: string | null, height: number): void {
  if (parentId === null) return;
  const parent = themesInOrder(tree).find(({ id }) => id === parentId);
  if (!parent)
    throw new FieldError('parent', 'The theme that it is to belong under was removed meanwhile. Choose another.');
  if (parent.depth + 1 + height > DEEPEST)
    throw new FieldError('parent', `Themes can be nested ${DEEPEST} deep. Choose a place nearer to the top.`);
}

async function unlessNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new FieldError(
      'name',
      `There is already a theme called “${name}” at that place. Choose another name, or another place.`,
    );
  }
}

function isNameTaken(error: unknown): boolean {
  return (error as { constraint?: unknown }).constraint === 'themes_sibling_unique';
}
