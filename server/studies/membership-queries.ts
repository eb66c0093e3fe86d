import { asAccount, type Db, type Member, type Role, type Transaction } from '../database/connection.ts';
import { preparedAsAccount } from '../database/prepared.ts';

/** A statement: the membership of `person` in `study`, as SQL, while it lasts, and what the study asks of its team. */
export const membershipOf = (person: string, study: string) => `
  select memberships.id, memberships.name, memberships.role, memberships.agency_id, studies.name as study_name,
         studies.time_zone, studies.requires_second_step
    from memberships join studies on studies.id = memberships.study_id
   where memberships.person_id = ${person} and memberships.study_id = ${study} and memberships.ended_at is null`;
const MEMBERSHIP = membershipOf('$1::uuid', '$2::uuid');

/** The person's membership of the study while it lasts, and what the study asks of its team; or undefined. */
export async function findActor(db: Db, personId: string, studyId: string): Promise<Member | undefined> {
  const [row] = await preparedAsAccount<MembershipRow>(db, personId, 'find-actor', MEMBERSHIP, [personId, studyId]);
  return row && actorOf(row, personId, studyId);
}

/** A row of membershipOf() as who acts. */
export function actorOf(row: MembershipRow, personId: string, studyId: string): Member {
  return {
    personId,
    membershipId: row.id,
    studyId,
    studyName: row.study_name,
    timeZone: row.time_zone,
    name: row.name,
    role: row.role,
    agencyId: row.agency_id,
    requiresSecondStep: row.requires_second_step,
  };
}

export type MembershipRow = {
  id: string;
  name: string;
  role: Role;
  agency_id: string | null;
  study_name: string;
  time_zone: string;
  requires_second_step: boolean;
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

export type OwnStudy = { id: string; name: string; role: Role; endedAt: Date | null };

/** The studies in which the person has or had a place, by name. */
export async function listStudiesOf(db: Db, personId: string): Promise<OwnStudy[]> {
  return asAccount(db, { personId }, (trx) =>
    trx('memberships')
      .join('studies', 'studies.id', 'memberships.study_id')
      .where({ 'memberships.person_id': personId })
      .orderByRaw('lower(studies.name), studies.id')
      .select({
        id: 'studies.id',
        name: 'studies.name',
        role: 'memberships.role',
        endedAt: 'memberships.ended_at',
      }),
  );
}

/**
 * Gives the person a place in the study, or the one back that had ended, in a transaction set to that person. Its id
 * and whether it is new; undefined when they have a present one, which stays as it is.
 */
export async function insertOrResumeMembership(
  trx: Transaction,
  row: { id: string; studyId: string; personId: string; name: string; role: Role; agencyId: string | null },
): Promise<{ id: string; isNew: boolean } | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into memberships (id, study_id, person_id, name, role, agency_id) values (?, ?, ?, ?, ?, ?)
     on conflict (study_id, person_id) do update
       set name = excluded.name, role = excluded.role, agency_id = excluded.agency_id, ended_at = null, ended_by = null
       where memberships.ended_at is not null
     returning id`,
    [row.id, row.studyId, row.personId, row.name, row.role, row.agencyId],
  );
  const id = rows[0]?.id;
  return id === undefined ? undefined : { id, isNew: id === row.id };
}

/** The person's name as the members of their studies see it, in a transaction set to that person. */
export async function updateMembershipNames(trx: Transaction, personId: string, name: string): Promise<void> {
  await trx('memberships').where({ person_id: personId }).update({ name });
}
