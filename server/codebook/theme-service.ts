import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import type { NewTheme, ThemeChange } from './theme-form.ts';
import { recordStep } from './steps/step-service.ts';
import { branchOf, type Place, placeRefusal, placesAfterMove } from './theme-places.ts';
import {
  findCodebookForUpdate,
  findTheme,
  insertTheme,
  updateParent,
  updatePositions,
  updateTheme,
  type ThemeText,
} from './theme-queries.ts';
import { siblingsAt, type Theme } from './theme-tree.ts';

/**
 * Adds a theme as the last of its siblings. Sending the same twice adds it once; ConflictError when what is stored under
 * the id has other words. FieldError when it cannot stand there or be called that.
 */
export function addTheme(db: Db, actor: Actor, values: NewTheme): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present } = before;
    const existing = await findTheme(trx, values.id);
    if (existing?.createdById === actor.membershipId) {
      // The colour may have been chosen by the program, and differently the second time.
      const isSame =
        existing.parentId === values.parent &&
        changedFields({ ...existing, colour: values.colour }, values).length === 0;
      if (isSame) return;
      throw new ConflictError('This theme is in the codebook already, with other words.');
    }
    const refusal = placeRefusal(present, values.parent, { height: 1 });
    if (refusal !== undefined) throw new FieldError('parent', refusal);
    const row = {
      ...values,
      studyId: actor.studyId,
      parentId: values.parent,
      position: Math.max(0, ...siblingsAt(present, values.parent).map(({ position }) => position)) + 1,
      by: actor.membershipId,
    };
    // The id is taken by something that is not this member's.
    if (!(await unlessNameTaken(values.name, () => insertTheme(trx, row)))) throw new NotFoundError();
    await recordEvent(trx, actor, { kind: 'theme.added', subjectId: values.id, after: { parentId: values.parent } });
    await recordStep(trx, actor, before, { kind: 'added', subjectId: values.id });
  });
}

/**
 * Saves over `version`; under another parent it becomes the last of its siblings. ConflictError when somebody else has
 * changed or removed it since; FieldError when it cannot stand there or be called that.
 */
export function changeTheme(db: Db, actor: Actor, id: string, values: ThemeChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present } = before;
    const theme = await presentTheme(trx, present, id);
    if (theme.version !== values.version)
      throw new ConflictError('Somebody else changed this theme after you opened it.');
    const moves = values.parent !== theme.parentId;
    const refusal = moves ? placeRefusal(present, values.parent, branchOf(present, id)) : undefined;
    if (refusal !== undefined) throw new FieldError('parent', refusal);
    const change = { ...values, parentId: values.parent, by: actor.membershipId };
    await unlessNameTaken(values.name, () => updateTheme(trx, id, change));
    const last = { parentId: values.parent, position: siblingsAt(present, values.parent).length + 1 };
    if (moves) await updatePositions(trx, placesAfterMove(present, id, last));
    await recordEvent(trx, actor, {
      kind: 'theme.changed',
      subjectId: id,
      before: { version: theme.version, parentId: theme.parentId },
      after: { version: theme.version + 1, parentId: values.parent, fields: changedFields(theme, values) },
    });
    await recordStep(trx, actor, before, { kind: 'changed', subjectId: id });
  });
}

/** Puts a theme, with all below it, in another place. Nothing happens when it stands there already. FieldError like changeTheme. */
export function moveTheme(db: Db, actor: Actor, id: string, place: Place): Promise<Theme> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present } = before;
    const theme = await presentTheme(trx, present, id);
    const refusal = placeRefusal(present, place.parentId, branchOf(present, id));
    if (refusal !== undefined) throw new FieldError('parent', refusal);
    const places = placesAfterMove(present, id, place);
    const position = places.find((each) => each.id === id)?.position ?? place.position;
    if (theme.parentId === place.parentId && theme.position === position) return theme;
    const change = { parentId: place.parentId, by: actor.membershipId };
    if (theme.parentId !== place.parentId) await unlessNameTaken(theme.name, () => updateParent(trx, id, change));
    await updatePositions(trx, places);
    await recordEvent(trx, actor, {
      kind: 'theme.moved',
      subjectId: id,
      before: { parentId: theme.parentId, position: theme.position },
      after: { parentId: place.parentId, position },
    });
    await recordStep(trx, actor, before, { kind: 'moved', subjectId: id });
    return theme;
  });
}

/** The theme, or why it cannot be worked with: it is none of the study's, or was removed or merged meanwhile. */
export async function presentTheme(trx: Transaction, present: Theme[], id: string): Promise<Theme> {
  const theme = present.find((each) => each.id === id);
  if (theme) return theme;
  const stored = await findTheme(trx, id);
  if (!stored) throw new NotFoundError();
  const target = present.find((each) => each.id === stored.mergedInto);
  if (target)
    throw new ConflictError(
      `“${stored.name}” was merged into “${target.name}” meanwhile. Reverse that step in the history of the codebook first.`,
    );
  throw new ConflictError('Somebody removed this theme from the codebook meanwhile. Restore it first, then change it.');
}

function changedFields(before: Theme, after: ThemeText): string[] {
  const fields = ['name', 'definition', 'whenToUse', 'whenNotToUse', 'example', 'colour'] as const;
  return fields.filter((field) => before[field] !== after[field]);
}

/** FieldError on `name` when a sibling is called so. */
export async function unlessNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new FieldError(
      'name',
      `There is already a theme called “${name}” in the same place. Choose another name or another place.`,
    );
  }
}

/** Whether `error` is the database's refusal of two siblings of one name. */
export function isNameTaken(error: unknown): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === 'themes_sibling_unique';
}
