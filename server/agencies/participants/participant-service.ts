import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { findAgency } from '../agency-queries.ts';
import type { NewParticipant, ParticipantChange } from './participant-form.ts';
import {
  findParticipant,
  insertParticipant,
  updateParticipant,
  updateParticipantRemoved,
} from './participant-queries.ts';

/**
 * Adds somebody by pseudonym. Sending the same twice adds them once; ConflictError when what is stored under the id says
 * something else. FieldError when the pseudonym is taken.
 */
export function addParticipant(db: Db, actor: Actor, agencyId: string, values: NewParticipant): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findAgency(trx, agencyId))) throw new NotFoundError();
    const row = { ...values, agencyId, studyId: actor.studyId };
    const isNew =
      (await findParticipant(trx, values.id)) === undefined &&
      (await unlessTaken(values.pseudonym, () => insertParticipant(trx, row)));
    if (!isNew) return refuseAnother(trx, agencyId, values);
    const { id, role, consent } = values;
    await recordEvent(trx, actor, { kind: 'participant.added', subjectId: id, after: { agencyId, role, consent } });
  });
}

// The id is taken: by this form, sent twice, or by a row that this member cannot see.
async function refuseAnother(trx: Transaction, agencyId: string, values: NewParticipant): Promise<void> {
  const stored = await findParticipant(trx, values.id);
  if (!stored) throw new NotFoundError();
  const isSame =
    stored.agencyId === agencyId &&
    stored.pseudonym === values.pseudonym &&
    stored.role === values.role &&
    stored.consent === values.consent &&
    stored.consentNote === values.consentNote;
  if (!isSame) throw new ConflictError('This participant is saved already, with other details.');
}

/**
 * Saves over `version`; ConflictError when somebody else has saved since, FieldError when the pseudonym is taken. What
 * was recorded at past visits stays as it was.
 */
export function changeParticipant(db: Db, actor: Actor, id: string, values: ParticipantChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findParticipant(trx, id);
    if (!before || before.removedAt !== null) throw new NotFoundError();
    if (!(await unlessTaken(values.pseudonym, () => updateParticipant(trx, id, values))))
      throw new ConflictError('Somebody else changed this participant after you opened the page.');
    await recordEvent(trx, actor, {
      kind: 'participant.changed',
      subjectId: id,
      before: { role: before.role, consent: before.consent },
      after: { role: values.role, consent: values.consent },
    });
  });
}

/** Takes somebody off the agency's list; visits at which they were present keep them. Gives the agency's id. */
export function removeParticipant(db: Db, actor: Actor, id: string): Promise<string> {
  return setRemoved(db, actor, id, true);
}

/** Undoes removeParticipant; ConflictError when the pseudonym has been given to somebody else. Gives the agency's id. */
export function restoreParticipant(db: Db, actor: Actor, id: string): Promise<string> {
  return setRemoved(db, actor, id, false);
}

function setRemoved(db: Db, actor: Actor, id: string, removed: boolean): Promise<string> {
  return inStudy(db, actor, async (trx) => {
    const participant = await findParticipant(trx, id);
    if (!participant) throw new NotFoundError();
    const changed = await updateParticipantRemoved(trx, id, removed ? actor.membershipId : null).catch(
      (error: unknown) => {
        if (!isTaken(error)) throw error;
        throw new ConflictError(
          `“${participant.pseudonym}” is somebody else at this agency now. Give that one another pseudonym first.`,
        );
      },
    );
    if (changed > 0)
      await recordEvent(trx, actor, {
        kind: removed ? 'participant.removed' : 'participant.restored',
        subjectId: id,
      });
    return participant.agencyId;
  });
}

async function unlessTaken<T>(pseudonym: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new FieldError('pseudonym', `There is a “${pseudonym}” at this agency already. Choose another pseudonym.`);
  }
}

function isTaken(error: unknown): boolean {
  return (error as { constraint?: string }).constraint === 'participants_pseudonym_unique';
}
