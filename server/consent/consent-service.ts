import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { setStandingConsent, setVisitConsent } from '../agencies/participants/consent-setting-service.ts';
import type { Consent } from '../agencies/participants/participant.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { isMissing, type Scope } from './consent.ts';
import type { ConsentEntry } from './consent-form.ts';
import { findNotesForConsent, findStandingConsent } from './consent-queries.ts';

const ERASED = 'What was kept about this person has been erased, so there is no consent to record.';

/**
 * Records what somebody said, as it stands or at one visit, with when and how. What they allow no longer is withheld at
 * once, and what they allow again is there again. ConflictError when somebody else changed it since.
 */
export function recordConsent(db: Db, actor: Actor, participantId: string, entry: ConsentEntry): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await findNotesForConsent(trx, participantId);
    const before = await findStandingConsent(trx, participantId);
    if (!before) throw new NotFoundError();
    if (before.erasedAt !== null) throw new ConflictError(ERASED);
    if (before.scope === 'erasure')
      throw new ConflictError(
        `${before.pseudonym} has asked for erasure. Cancel that request first, on the page of the withdrawal, if they have changed their mind.`,
      );
    const { consent, givenOn, how, formVersion, note } = entry;
    const details = { givenOn, how, formVersion, note };
    if (entry.visit === null) {
      const change = { consent, scope: null, withdrawnOn: null, version: entry.version };
      if (!(await setStandingConsent(trx, participantId, change, details)))
        throw new ConflictError(
          `Somebody else changed what is recorded of ${before.pseudonym} after you opened the page. Go back, look at it, and record this again if it still holds.`,
        );
    } else if (!(await setVisitConsent(trx, { participantId, visitId: entry.visit }, consent, details)))
      throw new FieldError('visit', 'They are not recorded as present at that visit. Choose another one.');
    await recordEvent(trx, actor, {
      kind: 'participant.consent-recorded',
      subjectId: participantId,
      before: { consent: before.consent, scope: before.scope },
      after: { consent, visitId: entry.visit, givenOn, how, isWithheld: isMissing(consent) },
    });
  });
}

/** For withdrawals: makes `scope` what holds from `on` on, in the transaction of the withdrawal itself. */
export async function setWithdrawn(
  trx: Transaction,
  participantId: string,
  change: { scope: Scope; on: string; how: string | null },
): Promise<void> {
  const { scope, on, how } = change;
  const standing = { consent: 'withdrawn', scope, withdrawnOn: on } as const;
  await setStandingConsent(trx, participantId, standing, { givenOn: on, how });
}

/** What held before a withdrawal that is taken back. */
export async function restoreConsent(
  trx: Transaction,
  of: { participantId: string; priorConsent: Consent; priorScope: Scope | null; priorWithdrawnOn: string | null },
): Promise<void> {
  const standing = { consent: of.priorConsent, scope: of.priorScope, withdrawnOn: of.priorWithdrawnOn };
  await setStandingConsent(trx, of.participantId, standing, { givenOn: null, how: null });
}
