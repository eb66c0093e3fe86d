import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { findAdministratorsForUpdate, lockPerson, updatePersonDisabled } from './person-queries.ts';
import { deleteSessionsOf } from './session-queries.ts';

/** Shuts somebody out of the installation at once: their sessions end and they cannot sign in. */
export async function disablePerson(db: Db, by: { id: string }, personId: string): Promise<void> {
  if (personId === by.id) throw new ConflictError('You cannot disable your own account. Another administrator can.');
  await asAccount(db, {}, async (trx) => {
    // Of two administrators who disable each other, the second is none any more when their turn comes.
    if (!(await findAdministratorsForUpdate(trx)).includes(by.id)) throw new NotFoundError();
    const person = await lockPerson(trx, personId);
    if (!person) throw new NotFoundError();
    if (person.isDisabled) return;
    await updatePersonDisabled(trx, personId, by.id);
    await deleteSessionsOf(trx, personId);
    await recordAccountEvent(trx, by.id, { kind: 'person.disabled', subjectId: personId });
  });
}

/** Undoes disablePerson; the person signs in again with the password they had. */
export async function enablePerson(db: Db, by: { id: string }, personId: string): Promise<void> {
  await asAccount(db, {}, async (trx) => {
    const person = await lockPerson(trx, personId);
    if (!person) throw new NotFoundError();
    if (!person.isDisabled) return;
    await updatePersonDisabled(trx, personId, null);
    await recordAccountEvent(trx, by.id, { kind: 'person.enabled', subjectId: personId });
  });
}
