import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { FieldError, NotFoundError } from '../../shared/errors.ts';
import { leastUsedColour } from '../palette.ts';
import { placeRefusal } from '../theme-places.ts';
import { findCodebookForUpdate, insertTheme } from '../theme-queries.ts';
import { isNameTaken, presentTheme } from '../theme-service.ts';
import { siblingsAt, type Theme } from '../theme-tree.ts';
import type { CodingMoves, MovedCoding } from './coding-moves.ts';
import type { Split } from './split-form.ts';
import { findStep } from './step-queries.ts';
import { recordStep } from './step-service.ts';

/**
 * Splits new themes off a theme and gives each the codings chosen for it; the rest stays. Sending the same step twice
 * splits once. FieldError on `name-<n>` or `where`; ConflictError when the theme was removed or merged meanwhile.
 */
export function splitTheme(
  { db, moves }: { db: Db; moves: CodingMoves },
  actor: Actor,
  id: string,
  split: Split,
): Promise<void> {
  const parts = split.names.flatMap((name, index) =>
    name === '' ? [] : [{ id: split.ids[index] ?? '', name, number: index + 1 }],
  );
  checkParts(parts, split);
  return inStudy(db, actor, async (trx) => {
    await moves.holdNotes(trx, [id]);
    const before = await findCodebookForUpdate(trx, actor.studyId);
    if (await findStep(trx, split.id)) return;
    const theme = await presentTheme(trx, before.present, id);
    await addParts(trx, actor, before.present, { theme, parts, where: split.where });
    const moved: MovedCoding[] = [];
    for (const part of parts) {
      const ids = [...split.choices].filter(([, number]) => number === part.number).map(([coding]) => coding);
      if (ids.length > 0) moved.push(...(await moves.moveSome(trx, actor, { from: id, to: part.id, ids })));
    }
    const made = parts.map((part) => part.id);
    await recordEvent(trx, actor, { kind: 'theme.split', subjectId: id, after: { themes: made } });
    await recordStep(trx, actor, before, { kind: 'split', subjectId: id, id: split.id, moved });
  });
}

function checkParts(parts: { id: string; name: string; number: number }[], { choices }: Split): void {
  if (parts.length === 0) throw new FieldError('name-1', 'Enter the name of at least one new theme');
  const seen = new Set<string>();
  for (const { name, number } of parts) {
    if (seen.has(name.toLowerCase())) throw new FieldError(`name-${number}`, 'Give each new theme a name of its own');
    seen.add(name.toLowerCase());
  }
  const nameless = [...choices.values()].find((number) => !parts.some((part) => part.number === number));
  if (nameless !== undefined)
    throw new FieldError(`name-${nameless}`, `Enter a name for new theme ${nameless}: you have chosen passages for it`);
}

async function addParts(
  trx: Transaction,
  actor: Actor,
  present: readonly Theme[],
  {
    theme,
    parts,
    where,
  }: { theme: Theme; parts: { id: string; name: string; number: number }[]; where: Split['where'] },
): Promise<void> {
  const parentId = where === 'under' ? theme.id : theme.parentId;
  const refusal = placeRefusal(present, parentId, { height: 1 });
  if (refusal !== undefined) throw new FieldError('where', refusal);
  const colours = present.map(({ colour }) => colour);
  const last = siblingsAt(present, parentId).length;
  for (const [index, { id, name, number }] of parts.entries()) {
    const colour = leastUsedColour(colours);
    colours.push(colour);
    const texts = { name, colour, definition: '', whenToUse: '', whenNotToUse: '', example: '' };
    const row = { ...texts, id, studyId: actor.studyId, parentId, position: last + index + 1, by: actor.membershipId };
    const inserted = await insertTheme(trx, row).catch((error: unknown) => {
      if (!isNameTaken(error)) throw error;
      throw new FieldError(
        `name-${number}`,
        `There is already a theme called “${name}” in the same place. Choose another name`,
      );
    });
    // The id is taken by something that is not of this step.
    if (!inserted) throw new NotFoundError();
  }
}
