import type { Transaction } from '../database/connection.ts';
import { findAllKnownPeople } from '../identities/known-people-service.ts';
import { ConflictError } from '../shared/errors.ts';
import { readMarkdown } from './markdown.ts';
import { checkSummary, type Named, type SummaryCheck } from './summary-findings.ts';
import { listSummaryAgencies, listSummaryParticipants } from './summary-queries.ts';

/** Whom the summaries of the study may name, and of how many people there is no key for the real name. */
export async function findNamed(trx: Transaction): Promise<{ named: Named; unreadable: number }> {
  const { people, unreadable } = await findAllKnownPeople(trx);
  const participants = await listSummaryParticipants(trx);
  return { named: { people, participants, agencies: await listSummaryAgencies(trx) }, unreadable };
}

/** What tells, or may tell, who somebody is in a summary, as the agency would read it. */
export function lookThrough(summary: { title: string; body: string; agencyId: string }, named: Named): SummaryCheck {
  return checkSummary({ title: summary.title, body: readMarkdown(summary.body) }, summary.agencyId, named);
}

/** Throws where some real name cannot be looked for: nothing leaves the team unread (decision 0027). */
export function refuseUnread(unreadable: number): void {
  if (unreadable > 0)
    throw new ConflictError(
      'Some real names are kept under a key that the program was not given, so they could not be looked for in this summary, and nothing was published. Ask whoever runs the program to give it that key (IDENTITY_KEYS_OLD), then publish again.',
    );
}
