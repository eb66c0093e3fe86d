import type { Actor, Transaction } from '../../database/connection.ts';
import { newId } from '../../shared/ids.ts';
import { listEveryTheme } from '../theme-queries.ts';
import type { Theme } from '../theme-tree.ts';
import type { MovedCoding } from './coding-moves.ts';
import { changesBetween, type StepKind } from './step.ts';
import { findNextStepNumber, insertStep, insertStepCodings } from './step-queries.ts';

/** The codebook as it was locked. */
export type LockedCodebook = { present: readonly Theme[]; removed: readonly Theme[] };

/**
 * Puts down what has been done to the codebook since it was locked, as the next step of its history. Nothing when nothing
 * was. Call it last in the transaction.
 */
export async function recordStep(
  trx: Transaction,
  actor: Actor,
  before: LockedCodebook,
  step: {
    kind: StepKind;
    subjectId: string;
    id?: string;
    intoId?: string;
    reverses?: string;
    moved?: readonly MovedCoding[];
  },
): Promise<void> {
  const changes = changesBetween([...before.present, ...before.removed], await listEveryTheme(trx), step.subjectId);
  if (changes.length === 0) return;
  const { moved = [], id = newId(), ...rest } = step;
  const number = await findNextStepNumber(trx);
  await insertStep(trx, { ...rest, id, number, studyId: actor.studyId, by: actor.membershipId, changes });
  await insertStepCodings(trx, { id, studyId: actor.studyId }, moved);
}
