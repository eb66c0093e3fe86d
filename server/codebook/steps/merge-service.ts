import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, FieldError } from '../../shared/errors.ts';
import { branchOf, placeRefusal } from '../theme-places.ts';
import { findCodebookForUpdate, updateParent, updatePositions, updateThemeMerged } from '../theme-queries.ts';
import { isNameTaken, presentTheme } from '../theme-service.ts';
import { descendantIds, siblingsAt, type Theme } from '../theme-tree.ts';
import type { CodingMoves } from './coding-moves.ts';
import type { Merge } from './merge-form.ts';
import { findStep } from './step-queries.ts';
import { recordStep } from './step-service.ts';

/**
 * Merges a theme into another: its codings get that theme, its sub-themes come under it, and it leaves the codebook.
 * Sending the same step twice merges once. FieldError on `target` when it cannot be so; ConflictError when the theme was
 * merged or removed meanwhile.
 */
export function mergeTheme(
  { db, moves }: { db: Db; moves: CodingMoves },
  actor: Actor,
  id: string,
  { id: stepId, target: targetId }: Merge,
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await moves.holdNotes(trx, [id, targetId]);
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const { present } = before;
    if (await findStep(trx, stepId)) return;
    const theme = await presentTheme(trx, present, id);
    const target = await targetOf(trx, present, theme, targetId);
    const subThemes = siblingsAt(present, theme.id);
    await moveSubThemes(trx, actor, present, { subThemes, target });
    const moved = await moves.moveAll(trx, actor, { from: theme.id, to: target.id });
    await updateThemeMerged(trx, theme.id, { into: target.id, by: actor.membershipId });
    await updatePositions(trx, numbered(siblingsAt(present, theme.parentId).filter((each) => each.id !== theme.id)));
    await recordEvent(trx, actor, {
      kind: 'theme.merged',
      subjectId: theme.id,
      after: { into: target.id, subThemes: subThemes.map((each) => each.id) },
    });
    await recordStep(trx, actor, before, {
      kind: 'merged',
      subjectId: theme.id,
      id: stepId,
      intoId: target.id,
      moved,
    });
  });
}

async function targetOf(trx: Transaction, present: Theme[], theme: Theme, targetId: string): Promise<Theme> {
  if (targetId === theme.id) throw new FieldError('target', 'Choose another theme than itself');
  const target = await presentTheme(trx, present, targetId).catch((error: unknown) => {
    if (!(error instanceof ConflictError)) throw new FieldError('target', 'Choose a theme of this codebook');
    throw new FieldError(
      'target',
      'The theme that you chose was removed or merged meanwhile. Choose another, or bring that one back first',
    );
  });
  if (target.retiredAt !== null)
    throw new FieldError(
      'target',
      `“${target.name}” is retired. Take it into use again first, or choose another theme`,
    );
  if (descendantIds(present, theme.id).includes(target.id))
    throw new FieldError(
      'target',
      `“${target.name}” stands under “${theme.name}”. Move it out first, or merge “${target.name}” into “${theme.name}”`,
    );
  return target;
}

async function moveSubThemes(
  trx: Transaction,
  actor: Actor,
  present: Theme[],
  { subThemes, target }: { subThemes: Theme[]; target: Theme },
): Promise<void> {
  for (const each of subThemes) {
    const refusal = placeRefusal(present, target.id, branchOf(present, each.id));
    if (refusal !== undefined) throw new FieldError('target', refusal);
    await updateParent(trx, each.id, { parentId: target.id, by: actor.membershipId }).catch((error: unknown) => {
      if (!isNameTaken(error)) throw error;
      throw new FieldError(
        'target',
        `“${target.name}” has a sub-theme called “${each.name}” too. Merge or rename one of the two first`,
      );
    });
  }
  await updatePositions(trx, numbered([...siblingsAt(present, target.id), ...subThemes]));
}

function numbered(siblings: readonly Theme[]): { id: string; position: number }[] {
  return siblings.map(({ id }, index) => ({ id, position: index + 1 }));
}
