import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import {
  findCodebookForUpdate,
  updatePositions,
  updateThemeRetired,
  updateThemeReturned,
  updateThemesRemoved,
  updateThemesRestored,
} from '../theme-queries.ts';
import { isNameTaken } from '../theme-service.ts';
import type { CodingMoves, MovedCoding } from './coding-moves.ts';
import { placesAfter, type Return, reversalOf } from './reversal.ts';
import { findStep, listStepCodings, type ShownStep } from './step-queries.ts';
import { recordStep } from './step-service.ts';

const TEXTS = new Set(['name', 'definition', 'whenToUse', 'whenNotToUse', 'example', 'colour', 'parentId']);

/**
 * Takes a step of the codebook back, as a step of its own: wholly or not at all. ConflictError says what stands in the
 * way. Codings made or removed since stay as they are. Doing it again changes nothing.
 */
export function reverseStep({ db, moves }: { db: Db; moves: CodingMoves }, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const asked = await findStep(trx, id);
    if (!asked) throw new NotFoundError();
    await moves.holdNotes(trx, themesOf(asked));
    const before = await findCodebookForUpdate(trx, actor.studyId);
    // Read again: whoever held the codebook may have reversed it.
    const step = (await findStep(trx, id)) ?? asked;
    if (step.reversedBy !== null) return;
    const codebook = [...before.present, ...before.removed];
    const reversal = reversalOf(step, codebook);
    if ('obstacle' in reversal) throw new ConflictError(`This cannot be reversed now. ${reversal.obstacle}`);
    const moved = await listStepCodings(trx, id);
    await refuseIfCodedSince(trx, moves, step, moved);
    await applyReturns(trx, actor, reversal.returns);
    await updatePositions(trx, placesAfter(reversal.returns, codebook));
    if (moved.length > 0) await moves.moveBack(trx, actor, moved);
    await recordEvent(trx, actor, { kind: 'codebook.reversed', subjectId: id, after: { step: step.number } });
    await recordStep(trx, actor, before, { kind: 'reversed', subjectId: step.subjectId, reverses: id });
  });
}

function themesOf({ subjectId, intoId, changes }: ShownStep): string[] {
  return [subjectId, ...(intoId === null ? [] : [intoId]), ...changes.map(({ themeId }) => themeId)];
}

// A theme that this step made goes: what others have coded with it since would go out of sight with it.
async function refuseIfCodedSince(
  trx: Transaction,
  moves: CodingMoves,
  step: ShownStep,
  moved: readonly MovedCoding[],
): Promise<void> {
  const ids = moved.map((coding) => coding.id);
  for (const { themeId, before, after } of step.changes)
    if (before === null && (await moves.hasOthers(trx, themeId, ids)))
      throw new ConflictError(
        `This cannot be reversed now. Passages have been coded with “${after.name}” since. Merge it into another theme instead, which keeps them.`,
      );
}

async function applyReturns(trx: Transaction, actor: Actor, returns: readonly Return[]): Promise<void> {
  const by = actor.membershipId;
  const withField = (field: string, test: (each: Return) => boolean) =>
    returns.filter((each) => each.fields.some((name) => name === field) && test(each)).map(({ theme }) => theme.id);
  const leaving = withField('removed', ({ state }) => state.removed);
  const coming = withField('removed', ({ state }) => !state.removed);
  if (leaving.length > 0) await updateThemesRemoved(trx, leaving, by);
  try {
    // Texts and places first: a theme comes back under its own name, where that is free.
    for (const { theme, state, fields } of returns)
      if (fields.some((field) => TEXTS.has(field))) await updateThemeReturned(trx, theme.id, { ...state, by });
    if (coming.length > 0) await updateThemesRestored(trx, coming);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new ConflictError(
      'This cannot be reversed now. Another theme has the same name in the same place: rename that one first.',
    );
  }
  for (const { theme, state, fields } of returns)
    if (fields.includes('retired')) await updateThemeRetired(trx, theme.id, state.retired ? by : null);
}
