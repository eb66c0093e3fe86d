import { type Actor, asAccount, type Db, type Role, type Transaction } from '../database/connection.ts';

/** The person's membership of the study while it lasts, or undefined. */
export async function findActor(db: Db, personId: string, studyId: string): Promise<Actor | undefined> {
  const row = await asAccount(db, { personId }, (trx) =>
    trx('memberships')
      .join('studies', 'studies.id', 'memberships.study_id')
      .where({ 'memberships.study_id': studyId, 'memberships.person_id': personId })
      .whereNull('memberships.ended_at')
      .first<MembershipRow | undefined>(
        'memberships.id',
        'memberships.name',
        'memberships.role',
        'memberships.agency_id',
        'studies.name as study_name',
        'studies.time_zone',
      ),
  );
  if (!row) return undefined;
  return {
    personId,
    membershipId: row.id,
    studyId,
    studyName: row.study_name,
    timeZone: row.time_zone,
    name: row.name,
    role: row.role,
    agencyId: row.agency_id,
  };
}

type MembershipRow = {
  id: string;
  name: string;
  role: Role;
  agency_id: string | null;
  study_name: string;
  time_zone: string;
};

/** Adds a membership, in a transaction set to its person. */
export async function insertMembership(
  trx: Transaction,
  row: { id: string; studyId: string; personId: string; name: string; role: Role; agencyId: string | null },
): Promise<void> {
  await trx('memberships').insert({
    id: row.id,
    study_id: row.studyId,
    person_id: row.personId,
    name: row.name,
    role: row.role,
    agency_id: row.agencyId,
  });
}
