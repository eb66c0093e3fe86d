import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { removedBranches, type RemovedTheme } from './removed-branches.ts';
import { recordStep } from './steps/step-service.ts';
import { branchOf, placeRefusal } from './theme-places.ts';
import { findCodebookForUpdate, updatePositions, updateThemesRemoved, updateThemesRestored } from './theme-queries.ts';
import { isNameTaken } from './theme-service.ts';
import { descendantIds, siblingsAt, type Theme } from './theme-tree.ts';

/**
 * Removes a theme with everything below it. Codings stay as they are, unseen in lists until the theme is restored. Gives
 * the theme and how many sub-themes went with it: none when it was removed already.
 */
export function removeTheme(db: Db, actor: Actor, id: string): Promise<{ name: string; subThemes: number }> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present, removed } = before;
    const theme = present.find((each) => each.id === id);
    if (!theme) {
      const gone = removed.find((each) => each.id === id);
      if (!gone) throw new NotFoundError();
      return { name: gone.name, subThemes: 0 };
    }
    const ids = descendantIds(present, id);
    await updateThemesRemoved(trx, ids, actor.membershipId);
    await renumber(
      trx,
      siblingsAt(present, theme.parentId).filter((each) => each.id !== id),
    );
    await recordEvent(trx, actor, { kind: 'theme.removed', subjectId: id, after: { themes: ids } });
    await recordStep(trx, actor, before, { kind: 'removed', subjectId: id });
    return { name: theme.name, subThemes: ids.length - 1 };
  });
}

/**
 * Undoes the removal of a theme: exactly what went with it comes back with it. ConflictError when a sub-theme is asked for
 * without the theme it went with, when its parent is removed, and when its name or its depth is no longer free.
 */
export function restoreTheme(db: Db, actor: Actor, id: string): Promise<{ name: string; subThemes: number }> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present, removed } = before;
    const theme = removed.find((each) => each.id === id);
    if (!theme) {
      const there = present.find((each) => each.id === id);
      if (!there) throw new NotFoundError();
      return { name: there.name, subThemes: 0 };
    }
    const branch = branchToRestore(present, removed, theme);
    await updateThemesRestored(trx, branch).catch((error: unknown) => {
      if (!isNameTaken(error)) throw error;
      throw new ConflictError(
        `Another theme is called “${theme.name}” in the same place now. Rename or move that one, then restore this one.`,
      );
    });
    // Where it stood: who has that number now moves on by one.
    const siblings: Theme[] = siblingsAt(present, theme.parentId);
    siblings.splice(Math.max(0, theme.position - 1), 0, theme);
    await renumber(trx, siblings);
    await recordEvent(trx, actor, { kind: 'theme.restored', subjectId: id, after: { themes: branch } });
    await recordStep(trx, actor, before, { kind: 'restored', subjectId: id });
    return { name: theme.name, subThemes: branch.length - 1 };
  });
}

function branchToRestore(present: Theme[], removed: RemovedTheme[], theme: RemovedTheme): string[] {
  if (theme.mergedInto !== null)
    throw new ConflictError(
      `“${theme.name}” was merged into another theme, which has its codings now. Reverse that step in the history of the codebook instead.`,
    );
  const parent = removed.find((each) => each.id === theme.parentId);
  if (parent)
    throw new ConflictError(
      `“${theme.name}” belongs under “${parent.name}”, which was removed too. Restore “${parent.name}” first.`,
    );
  const branch = removedBranches(removed).find(({ root }) => root.id === theme.id)?.ids ?? [theme.id];
  const height = branchOf(
    removed.filter((each) => branch.includes(each.id)),
    theme.id,
  ).height;
  const refusal = placeRefusal(present, theme.parentId, { height });
  if (refusal !== undefined)
    throw new ConflictError(
      `“${theme.name}” cannot come back where it was: the theme it belongs under was moved, and themes can be nested no deeper. Move that one nearer to the top first.`,
    );
  return branch;
}

async function renumber(trx: Transaction, siblings: Theme[]): Promise<void> {
  await updatePositions(
    trx,
    siblings.map(({ id }, index) => ({ id, position: index + 1 })),
  );
}
