import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import { ConflictError, FieldError } from '../shared/errors.ts';
import { renameMember } from '../studies/membership-service.ts';
import { hashPassword, passwordMatches } from './password.ts';
import { replacePassword } from './password-reset-service.ts';
import { findPerson, lockPerson, type Person, updatePersonEmail, updatePersonName } from './person-queries.ts';
import { updateOpenAccountLinksUsed } from './account-link-queries.ts';
import { deleteNamedSession, deleteOtherSessionsOf, deleteSessionsOf } from './session-queries.ts';
import type { Throttle } from './throttle.ts';

const UNIQUE = '23505';

/** Changes the person's name, for all their studies too: notes they wrote long ago carry the new one. */
export async function renamePerson(db: Db, personId: string, name: string): Promise<void> {
  await asAccount(db, { personId }, async (trx) => {
    await updatePersonName(trx, personId, name);
    await renameMember(trx, personId, name);
    await recordAccountEvent(trx, personId, { kind: 'person.renamed', subjectId: personId });
  });
}

/** Changes the address that the person signs in with; the old one comes back. FieldError for one that is taken. */
export async function changeEmail(db: Db, person: Person, email: string): Promise<string> {
  try {
    await asAccount(db, {}, async (trx) => {
      await updatePersonEmail(trx, person.id, email);
      // A link on its way to the old address must not open the account any more.
      await updateOpenAccountLinksUsed(trx, 'reset', person.id);
      await updateOpenAccountLinksUsed(trx, 'sign-in', person.id);
      await recordAccountEvent(trx, person.id, { kind: 'person.email-changed', subjectId: person.id });
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE) throw error;
    throw new FieldError('email', 'Another account has this address. Choose a different one');
  }
  return person.email;
}

/** Sets a new password and ends all sessions of the person, this one included. */
export async function changePassword(db: Db, person: Person, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await asAccount(db, {}, async (trx) => {
    if ((await lockPerson(trx, person.id))?.passwordHash !== person.passwordHash)
      throw new ConflictError(
        'Your password was changed elsewhere at the same moment. Sign in again with the new one.',
      );
    await replacePassword(trx, person.id, passwordHash);
    await recordAccountEvent(trx, person.id, { kind: 'password.changed', subjectId: person.id });
  });
}

/** Ends all sessions of the person, this one included. */
export async function signOutEverywhere(db: Db, personId: string): Promise<void> {
  await asAccount(db, {}, async (trx) => {
    await deleteSessionsOf(trx, personId);
    await recordAccountEvent(trx, personId, { kind: 'person.signed-out-everywhere', subjectId: personId });
  });
}

/**
 * The person, if `password` is theirs; FieldError about `field` otherwise. Tries are counted: a computer left open must
 * not be a place to guess at. Somebody who has no password yet, having come by a link, is asked for none.
 */
export async function confirmPassword(
  db: Db,
  throttle: Throttle,
  personId: string,
  { field, password }: { field: string; password: string },
): Promise<Person> {
  const person = await findPerson(db, personId);
  if (!person) throw new ConflictError('Your account is disabled.');
  if (person.passwordHash === null) return person;
  if (await throttle.take(personId))
    throw new FieldError(field, 'There were too many tries. Wait a quarter of an hour, then try again');
  if (!(await passwordMatches(person.passwordHash, password)))
    throw new FieldError(field, 'This is not your present password');
  await throttle.clear(personId);
  return person;
}

/** Ends all sessions of the person but this one; how many there were. */
export async function signOutElsewhere(db: Db, personId: string, sessionId: string): Promise<number> {
  return asAccount(db, {}, async (trx) => {
    const ended = await deleteOtherSessionsOf(trx, personId, sessionId);
    if (ended > 0) await recordAccountEvent(trx, personId, { kind: 'person.signed-out-elsewhere', after: { ended } });
    return ended;
  });
}

/** Ends one of the person's own sessions, if it has not ended already, and says whether it was the one that asks. */
export async function signOutFrom(db: Db, personId: string, name: string, sessionId: string): Promise<boolean> {
  const ended = await asAccount(db, {}, async (trx) => {
    const sid = await deleteNamedSession(trx, personId, name);
    if (sid !== undefined) await recordAccountEvent(trx, personId, { kind: 'session.ended', subjectId: name });
    return sid;
  });
  return ended === sessionId;
}
