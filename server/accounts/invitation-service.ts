import { recordAccountEvent, recordEvent } from '../audit/event-service.ts';
import { type Actor, asAccount, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { joinStudy } from '../studies/membership-service.ts';
import type { Acceptance, NewInvitation } from './invitation-form.ts';
import {
  findOwnInvitation,
  findWhetherInvitation,
  findWhetherMember,
  insertInvitation,
  type Invitation,
  updateInvitationAccepted,
  updateInvitationRevoked,
  updateInvitationsReplaced,
} from './invitation-queries.ts';
import { digestOf } from './link-token.ts';
import { hashPassword } from './password.ts';
import { findPerson, findPersonByEmail, insertPerson, type Person } from './person-queries.ts';

const FOREIGN_KEY = '23503';
const UNIQUE = '23505';

/**
 * Invites somebody into the actor's study; an older open invitation to the same address ends. Sending the same id and
 * token twice invites once. FieldError for a present member and for an agency of another study.
 */
export async function invite(
  db: Db,
  actor: Actor,
  values: NewInvitation,
): Promise<{ isNew: boolean; expiresAt: Date }> {
  const person = await findPersonByEmail(db, values.email);
  const tokenDigest = digestOf(values.token);
  const agencyId = values.role === 'agency' ? (values.agency ?? null) : null;
  const { id, name, email, role } = values;
  const by = actor.membershipId;
  return inStudy(db, actor, async (trx) => {
    if (person && (await findWhetherMember(trx, person.id)))
      throw new FieldError('email', 'Whoever has this address is a member already. You can change their role instead');
    const row = { id, name, email, role, agencyId, tokenDigest, by, studyId: actor.studyId };
    const isNew = await insertInvitation(trx, row);
    const invitation = await findOwnInvitation(trx, { id, tokenDigest, by });
    if (!invitation) throw new NotFoundError();
    if (isNew) {
      const replaced = await updateInvitationsReplaced(trx, { id, email, by });
      await recordEvent(trx, actor, { kind: 'invitation.made', subjectId: id, after: { role, agencyId, replaced } });
    }
    return { isNew, expiresAt: invitation.expiresAt };
  }).catch((error: unknown) => {
    if (codeOf(error) !== FOREIGN_KEY) throw error;
    throw new FieldError('agency', 'Choose an agency of this study');
  });
}

/** Withdraws an invitation that has not been accepted. */
export function revokeInvitation(db: Db, actor: Actor, id: string): Promise<void> {
  return changeRevoked(db, actor, id, actor.membershipId);
}

/** Undoes revokeInvitation. */
export function restoreInvitation(db: Db, actor: Actor, id: string): Promise<void> {
  return changeRevoked(db, actor, id, null);
}

function changeRevoked(db: Db, actor: Actor, id: string, by: string | null): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (await updateInvitationRevoked(trx, id, by))
      await recordEvent(trx, actor, {
        kind: by === null ? 'invitation.restored' : 'invitation.withdrawn',
        subjectId: id,
      });
    else if (!(await findWhetherInvitation(trx, id))) throw new NotFoundError();
  });
}

/** Accepts for somebody new, who gets an account with the invitation's address. Undefined when it is not open any more. */
export async function acceptAsNewPerson(
  db: Db,
  invitation: Invitation,
  token: string,
  values: Acceptance,
): Promise<Person | undefined> {
  const id = newId();
  const passwordHash = await hashPassword(values.password);
  const person = { id, email: invitation.email, name: values.name };
  try {
    await asAccount(db, { personId: id, tokenDigest: digestOf(token) }, async (trx) => {
      await insertPerson(trx, { ...person, passwordHash });
      await recordAccountEvent(trx, id, { kind: 'person.joined', subjectId: id, after: { invitation: invitation.id } });
      if (!(await accept(trx, token, person))) throw new NotOpenError();
    });
  } catch (error) {
    // 23505: the same form sent twice, or an account made meanwhile. Either way the page that comes next says which.
    if (error instanceof NotOpenError || codeOf(error) === UNIQUE) return undefined;
    throw error;
  }
  return findPerson(db, id);
}

/** Accepts for somebody who has an account with the invitation's address. False when it is not open to them. */
export async function acceptAsPerson(
  db: Db,
  token: string,
  person: { id: string; email: string; name: string },
): Promise<boolean> {
  return asAccount(db, { personId: person.id, tokenDigest: digestOf(token) }, (trx) => accept(trx, token, person));
}

async function accept(
  trx: Transaction,
  token: string,
  person: { id: string; email: string; name: string },
): Promise<boolean> {
  const accepted = await updateInvitationAccepted(trx, digestOf(token), person);
  if (!accepted) return false;
  const { id, ...place } = accepted;
  await recordAccountEvent(trx, person.id, { kind: 'invitation.accepted', studyId: place.studyId, subjectId: id });
  await joinStudy(trx, person, place);
  return true;
}

class NotOpenError extends ConflictError {
  constructor() {
    super('This invitation is not open any more.');
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
