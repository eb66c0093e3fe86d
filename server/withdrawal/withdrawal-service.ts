import { createHash } from 'node:crypto';
import { recordEvent } from '../audit/event-service.ts';
import { findNotesForConsent, findStandingConsent, type StandingConsent } from '../consent/consent-queries.ts';
import { restoreConsent, setWithdrawn } from '../consent/consent-service.ts';
import { type Actor, type Db, inStudy, lookThroughSeals, type Transaction } from '../database/connection.ts';
import { findNamesOf } from '../identities/known-people-service.ts';
import { ConflictError, FieldError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import { listChoices, listTouched, type Touched } from './preview-queries.ts';
import type { NewWithdrawal } from './withdrawal-form.ts';
import {
  deleteEverywhere,
  type Effect,
  findWithdrawal,
  insertChoices,
  insertWithdrawal,
  updateCancelled,
  updateConfirmed,
  type Withdrawal,
} from './withdrawal-queries.ts';

export type Preview = { person: StandingConsent; touched: Touched };
export type OpenedWithdrawal = Preview & {
  withdrawal: Withdrawal;
  kept: { noteId: string; start: number }[];
  chosenAttachments: string[];
  /** Of everything that the page says: whoever confirms has read this and nothing else. */
  digest: string;
};

/** What a withdrawal of this person would touch now. */
export function previewWithdrawal(db: Db, actor: Actor, participantId: string): Promise<Preview> {
  return inStudy(db, actor, (trx) => preview(trx, participantId));
}

async function preview(trx: Transaction, participantId: string): Promise<Preview> {
  await lookThroughSeals(trx);
  const person = await findStandingConsent(trx, participantId);
  if (!person) throw new NotFoundError();
  return { person, touched: await listTouched(trx, person) };
}

/** A withdrawal with what it touches as things are now. */
export function openWithdrawal(db: Db, actor: Actor, id: string): Promise<OpenedWithdrawal> {
  return inStudy(db, actor, async (trx) => {
    const withdrawal = await findWithdrawal(trx, id);
    if (!withdrawal) throw new NotFoundError();
    return opened(trx, withdrawal);
  });
}

async function opened(trx: Transaction, withdrawal: Withdrawal): Promise<OpenedWithdrawal> {
  const found = await preview(trx, withdrawal.participantId);
  const { kept, attachments } = await listChoices(trx, withdrawal.id);
  const digest = createHash('sha256')
    .update(JSON.stringify([found.person.pseudonym, found.touched, kept, attachments]))
    .digest('hex');
  return { ...found, withdrawal, kept, chosenAttachments: attachments, digest };
}

/**
 * Begins a withdrawal; what it withholds is withheld at once. Sent twice, it begins once. ConflictError when they are
 * erased already, or have asked for it.
 */
export function beginWithdrawal(db: Db, actor: Actor, participantId: string, asked: NewWithdrawal): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await findNotesForConsent(trx, participantId);
    const person = await findStandingConsent(trx, participantId);
    if (!person) throw new NotFoundError();
    const stored = await findWithdrawal(trx, asked.id);
    if (stored) {
      if (stored.participantId === participantId && stored.scope === asked.scope) return;
      throw new NotFoundError();
    }
    if (person.erasedAt !== null) throw new ConflictError('What was kept about this person has been erased already.');
    if (person.scope === 'erasure')
      throw new ConflictError(
        `${person.pseudonym} has asked for erasure already. Confirm or cancel that request before beginning another.`,
      );
    const row = {
      ...asked,
      participantId,
      priorConsent: person.consent,
      priorScope: person.scope,
      priorWithdrawnOn: person.withdrawnOn,
      studyId: actor.studyId,
      by: actor.membershipId,
    };
    if (!(await insertWithdrawal(trx, row))) throw new NotFoundError();
    if (asked.scope === 'erasure') await insertChoices(trx, { id: asked.id, studyId: actor.studyId }, asked);
    await setWithdrawn(trx, participantId, { scope: asked.scope, on: asked.withdrawnOn, how: asked.how });
    await recordEvent(trx, actor, {
      kind: 'participant.withdrawal-begun',
      subjectId: participantId,
      before: { consent: person.consent, scope: person.scope },
      after: { withdrawalId: asked.id, scope: asked.scope, withdrawnOn: asked.withdrawnOn },
    });
  });
}

/** Takes a withdrawal back: what held before holds again. ConflictError when it was confirmed or cancelled meanwhile. */
export function cancelWithdrawal(db: Db, actor: Actor, id: string): Promise<string> {
  return inStudy(db, actor, async (trx) => {
    const withdrawal = await findWithdrawal(trx, id);
    if (!withdrawal) throw new NotFoundError();
    await findNotesForConsent(trx, withdrawal.participantId);
    if ((await updateCancelled(trx, id, actor.membershipId)) === 0) {
      const now = await findWithdrawal(trx, id);
      if (now?.cancelledAt) return withdrawal.participantId;
      throw new ConflictError(
        `${now?.confirmedBy} has confirmed the erasure meanwhile. It is done and cannot be taken back.`,
      );
    }
    const person = await findStandingConsent(trx, withdrawal.participantId);
    // Another one may have been begun since; that one holds then.
    if (person?.consent === 'withdrawn' && person.scope === withdrawal.scope) await restoreConsent(trx, withdrawal);
    await recordEvent(trx, actor, {
      kind: 'participant.withdrawal-cancelled',
      subjectId: withdrawal.participantId,
      after: { withdrawalId: id },
    });
    return withdrawal.participantId;
  });
}

/**
 * Confirms an erasure and does it, all in one transaction. ForbiddenError for who asked for it; FieldError when the
 * pseudonym is not retyped; ConflictError when it touches something else than what was read, or somebody was faster.
 */
export function confirmErasure(
  db: Db,
  actor: Actor,
  id: string,
  confirmation: { pseudonym: string; digest: string },
): Promise<Effect> {
  return inStudy(db, actor, async (trx) => {
    const withdrawal = await findWithdrawal(trx, id);
    if (!withdrawal || withdrawal.scope !== 'erasure') throw new NotFoundError();
    await findNotesForConsent(trx, withdrawal.participantId);
    if (withdrawal.requestedById === actor.membershipId)
      throw new ForbiddenError('You asked for this erasure yourself: somebody else of the team has to confirm it.');
    if ((await updateConfirmed(trx, id, actor.membershipId)) === 0) {
      const now = await findWithdrawal(trx, id);
      throw new ConflictError(
        now?.confirmedAt
          ? `${now.confirmedBy} has confirmed this erasure already. It is done.`
          : `${now?.cancelledBy} has cancelled this request meanwhile, so nothing was erased.`,
      );
    }
    const { person, digest } = await opened(trx, withdrawal);
    if (confirmation.pseudonym.toLowerCase() !== person.pseudonym.toLowerCase())
      throw new FieldError('pseudonym', `Type the pseudonym as it stands on this page: ${person.pseudonym}`);
    if (confirmation.digest !== digest)
      throw new ConflictError(
        'What would be erased has changed since you read it, so nothing was erased. Go back, reload the page, read it again, and confirm then.',
      );
    const names = await findNamesOf(trx, withdrawal.participantId);
    if (names === 'unreadable')
      throw new ConflictError(
        'Their real name is kept under a key that the program was not given, so it could not be found in the notes, and nothing was erased. Ask whoever runs the program to give it that key (IDENTITY_KEYS_OLD), then confirm again.',
      );
    const effect = await deleteEverywhere(trx, id, names);
    await recordEvent(trx, actor, {
      kind: 'participant.erased',
      subjectId: withdrawal.participantId,
      after: { withdrawalId: id, ...effect },
    });
    return effect;
  });
}
