import { recordAccountEvent } from '../audit/event-service.ts';
import type { Role, Transaction } from '../database/connection.ts';
import { newId } from '../shared/ids.ts';
import { insertOrResumeMembership, updateMembershipNames } from './membership-queries.ts';

/** Gives `person` a place in a study, in a transaction set to that person. False when they have one already. */
export async function joinStudy(
  trx: Transaction,
  person: { id: string; name: string },
  place: { studyId: string; role: Role; agencyId: string | null },
): Promise<boolean> {
  const row = { ...place, id: newId(), personId: person.id, name: person.name };
  const membership = await insertOrResumeMembership(trx, row);
  if (!membership) return false;
  await recordAccountEvent(trx, person.id, {
    kind: membership.isNew ? 'membership.began' : 'membership.resumed',
    studyId: place.studyId,
    subjectId: membership.id,
    after: { role: place.role, agencyId: place.agencyId, personId: person.id },
  });
  return true;
}

/** Shows the person under a new name in all their studies, in a transaction set to that person. */
export async function renameMember(trx: Transaction, personId: string, name: string): Promise<void> {
  await updateMembershipNames(trx, personId, name);
}
