import { listAgenciesKnownTo } from '../agencies/known-agency-queries.ts';
import { findParticipant, type Participant } from '../agencies/participants/participant-queries.ts';
import { recordEvent } from '../audit/event-service.ts';
import {
  type Actor,
  type Db,
  identityKeysOf,
  inIdentities,
  inStudy,
  type Transaction,
} from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { seal, unseal } from './cipher.ts';
import type { IdentityChange } from './identity-form.ts';
import { type Identity, identityOf, identityText, type LookReason } from './identity.ts';
import { findIdentity, insertIdentity, updateIdentity } from './identity-queries.ts';

/** What else must happen, in the same transaction, when it is known who somebody is: notes may name them. */
export type AfterIdentity = (trx: Transaction, actor: Actor, participantId: string) => Promise<void>;

/** A participant whose identity the actor may look up; `version` is 0 while none is kept. */
export type IdentityFile = { participant: Participant; version: number };

/** What may be said without looking. NotFoundError where the actor may not look: they cannot tell whether it is there. */
export function findIdentityFile(db: Db, actor: Actor, participantId: string): Promise<IdentityFile> {
  return inStudy(db, actor, (trx) => openFile(trx, actor, participantId));
}

/** The identity itself. The look is on record, in the same transaction, before anything is shown. */
export function lookAtIdentity(
  db: Db,
  actor: Actor,
  participantId: string,
  reason: LookReason,
): Promise<IdentityFile & { identity: Identity }> {
  return inStudy(db, actor, async (trx) => {
    const file = await openFile(trx, actor, participantId);
    const stored = await inIdentities(trx, () => findIdentity(trx, participantId));
    if (!stored) throw new NotFoundError('No identity is kept for this participant.');
    await recordEvent(trx, actor, { kind: 'identity.viewed', subjectId: participantId, after: { reason } });
    const text = unseal(identityKeysOf(trx), stored, { studyId: actor.studyId, id: participantId });
    return { ...file, version: stored.version, identity: identityOf(text) };
  });
}

/** Keeps an identity, over `version` of it only; ConflictError when somebody else has saved since. */
export function saveIdentity(
  { db, afterIdentity }: { db: Db; afterIdentity: AfterIdentity },
  actor: Actor,
  participantId: string,
  change: IdentityChange,
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const { participant } = await openFile(trx, actor, participantId);
    if (participant.removedAt !== null)
      throw new ConflictError('This participant was taken off the list. Put them back before you keep who they are.');
    const { version, ...identity } = change;
    const belonging = { studyId: actor.studyId, id: participantId };
    const sealed = seal(identityKeysOf(trx), identityText(identity), belonging);
    const row = { ...sealed, participantId, studyId: actor.studyId, by: actor.membershipId };
    const saved = await inIdentities(trx, async () => {
      if (version > 0 ? await updateIdentity(trx, { ...row, version }) : await insertIdentity(trx, row)) return true;
      // The form was sent twice: what is kept is what it says, saved by the same person.
      const stored = await findIdentity(trx, participantId);
      return stored?.version === version + 1 &&
        unseal(identityKeysOf(trx), stored, belonging) === identityText(identity)
        ? undefined
        : false;
    });
    if (saved === false)
      throw new ConflictError(
        'Somebody else saved this identity after you opened it. What you typed is below, not saved: look at theirs in another tab, then save yours over it.',
      );
    if (!saved) return;
    await recordEvent(trx, actor, {
      kind: 'identity.saved',
      subjectId: participantId,
      after: { version: version + 1 },
    });
    await afterIdentity(trx, actor, participantId);
  });
}

/** Whether the actor may look up people of the agency: the lead, and whoever watched or wrote there. */
export async function mayLookUp(trx: Transaction, actor: Actor, agencyId: string): Promise<boolean> {
  if (actor.role === 'lead') return true;
  return actor.role === 'researcher' && (await listAgenciesKnownTo(trx, actor.membershipId)).includes(agencyId);
}

async function openFile(trx: Transaction, actor: Actor, participantId: string): Promise<IdentityFile> {
  const participant = await findParticipant(trx, participantId);
  if (!participant || !(await mayLookUp(trx, actor, participant.agencyId))) throw new NotFoundError();
  const stored = await inIdentities(trx, () => findIdentity(trx, participantId));
  return { participant, version: stored?.version ?? 0 };
}
