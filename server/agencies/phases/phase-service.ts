import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import type { NewPhase, PhaseChange } from './phase-form.ts';
import { findPhase, insertPhase, updatePhase } from './phase-queries.ts';

/**
 * Adds a phase to the study. Sending the same twice adds it once; ConflictError when what is stored under the id says
 * something else. FieldError when its name is taken.
 */
export function addPhase(db: Db, actor: Actor, values: NewPhase): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const isNew =
      (await findPhase(trx, values.id)) === undefined &&
      (await unlessTaken(values.name, () => insertPhase(trx, actor.studyId, values)));
    if (!isNew) return refuseAnother(trx, values);
    const { id, position, startsOn, endsOn } = values;
    await recordEvent(trx, actor, { kind: 'phase.added', subjectId: id, after: { position, startsOn, endsOn } });
  });
}

// The id is taken: by this form, sent twice, or by a row that this member cannot see.
async function refuseAnother(trx: Transaction, { id, name, position, startsOn, endsOn }: NewPhase): Promise<void> {
  const stored = await findPhase(trx, id);
  if (!stored) throw new NotFoundError();
  const isSame =
    stored.name === name && stored.position === position && stored.startsOn === startsOn && stored.endsOn === endsOn;
  if (!isSame) throw new ConflictError('This phase is saved already, with other details.');
}

/** Saves over `version`; ConflictError when somebody else has saved since, FieldError when the name is taken. */
export function changePhase(db: Db, actor: Actor, id: string, values: PhaseChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findPhase(trx, id);
    if (!before) throw new NotFoundError();
    if (!(await unlessTaken(values.name, () => updatePhase(trx, id, values))))
      throw new ConflictError('Somebody else changed this phase after you opened it.');
    await recordEvent(trx, actor, {
      kind: 'phase.changed',
      subjectId: id,
      before: { position: before.position, startsOn: before.startsOn, endsOn: before.endsOn },
      after: { position: values.position, startsOn: values.startsOn, endsOn: values.endsOn },
    });
  });
}

async function unlessTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'phases_name_unique') throw error;
    throw new FieldError('name', `The study has a phase called “${name}” already.`);
  }
}
