import type { Transaction } from '../../database/connection.ts';
import { updateConsentDetails, updateStandingConsent, updateVisitConsent } from './consent-setting-queries.ts';
import type { Consent } from './participant.ts';

/** When and how somebody said it; kept in the history with the next change of consent in the transaction. */
export type ConsentDetails = { givenOn: string | null; how: string | null; formVersion?: string; note?: string };

/** Changes consent as it stands. False when the participant is no longer at `version`, or erased. */
export async function setStandingConsent(
  trx: Transaction,
  id: string,
  change: { consent: Consent; scope: string | null; withdrawnOn: string | null; version?: number },
  details: ConsentDetails,
): Promise<boolean> {
  await updateConsentDetails(trx, details);
  return updateStandingConsent(trx, id, change);
}

/** Changes what held at one visit. False when they were not present there. */
export async function setVisitConsent(
  trx: Transaction,
  at: { participantId: string; visitId: string },
  consent: Consent,
  details: ConsentDetails,
): Promise<boolean> {
  await updateConsentDetails(trx, details);
  return updateVisitConsent(trx, at, consent);
}
