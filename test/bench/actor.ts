import type { Actor } from '../../server/database/connection.ts';
import type { aFullStudy } from '../support/builders.ts';

/** The lead of a built study, as the product's queries know who asks. */
export function actorOf({ lead, study }: Awaited<ReturnType<typeof aFullStudy>>): Actor {
  return {
    personId: lead.id,
    membershipId: lead.membershipId,
    studyId: study.id,
    studyName: 'Bench',
    timeZone: 'Europe/London',
    name: lead.name,
    role: 'lead',
    agencyId: null,
  };
}
