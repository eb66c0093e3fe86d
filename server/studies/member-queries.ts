import { asAccount, type Db, type Role, type Transaction } from '../database/connection.ts';

export type Member = {
  id: string;
  personId: string;
  name: string;
  role: Role;
  agencyId: string | null;
  agencyName: string | null;
  createdAt: Date;
  endedAt: Date | null;
};

export type OpenInvitation = {
  id: string;
  name: string;
  email: string;
  role: Role;
  agencyName: string | null;
  invitedBy: string;
  expiresAt: Date;
  isExpired: boolean;
};

const COLUMNS = {
  id: 'memberships.id',
  personId: 'memberships.person_id',
  name: 'memberships.name',
  role: 'memberships.role',
  agencyId: 'memberships.agency_id',
  agencyName: 'agencies.name',
  createdAt: 'memberships.created_at',
  endedAt: 'memberships.ended_at',
};

/** Everybody who has or had a place in the study, by name. A study has few enough to show on one page. */
export async function listMembers(trx: Transaction): Promise<Member[]> {
  return trx('memberships')
    .leftJoin('agencies', 'agencies.id', 'memberships.agency_id')
    .orderByRaw('lower(memberships.name), memberships.id')
    .select(COLUMNS);
}

/** One member, ended or not, or undefined. */
export async function findMember(trx: Transaction, id: string): Promise<Member | undefined> {
  return trx('memberships')
    .leftJoin('agencies', 'agencies.id', 'memberships.agency_id')
    .where('memberships.id', id)
    .first(COLUMNS);
}

/** `isFromFile` of somebody who came in with an import or an archive, and whom nobody has enabled since. */
export type MemberAccount = { email: string; isDisabled: boolean; isFromFile: boolean };

/** The e-mail addresses of these people, and whether they are disabled, by person id: the study itself holds neither. */
export async function listMemberAccounts(db: Db, personIds: string[]): Promise<Map<string, MemberAccount>> {
  const rows: (MemberAccount & { id: string })[] = await asAccount(db, {}, (trx) =>
    trx('people')
      .whereIn('id', personIds)
      .select({
        id: 'id',
        email: 'email',
        isDisabled: trx.raw('disabled_at is not null'),
        isFromFile: trx.raw('disabled_at is not null and disabled_by is null'),
      }),
  );
  return new Map(rows.map(({ id, ...account }) => [id, account]));
}

/** Invitations that have been neither accepted nor withdrawn, expired ones too, newest first. */
export async function listOpenInvitations(trx: Transaction): Promise<OpenInvitation[]> {
  return trx('invitations')
    .join('memberships as inviter', 'inviter.id', 'invitations.invited_by')
    .leftJoin('agencies', 'agencies.id', 'invitations.agency_id')
    .whereNull('invitations.accepted_at')
    .whereNull('invitations.revoked_at')
    .orderBy('invitations.created_at', 'desc')
    .select({
      id: 'invitations.id',
      name: 'invitations.name',
      email: 'invitations.email',
      role: 'invitations.role',
      agencyName: 'agencies.name',
      invitedBy: 'inviter.name',
      expiresAt: 'invitations.expires_at',
      isExpired: trx.raw('invitations.expires_at <= now()'),
    });
}

/** The agencies of the study, by name, to choose from. */
export async function listMemberAgencies(trx: Transaction): Promise<{ id: string; name: string }[]> {
  return trx('agencies').orderBy('name').select('id', 'name');
}

/** Locks the places of all present leads until the transaction ends, so that two leads cannot end each other's. */
export async function findLeadsForUpdate(trx: Transaction): Promise<string[]> {
  return trx('memberships').where({ role: 'lead' }).whereNull('ended_at').orderBy('id').forUpdate().pluck('id');
}

export async function updateMemberRole(
  trx: Transaction,
  id: string,
  change: { role: Role; agencyId: string | null },
): Promise<void> {
  await trx('memberships').where({ id }).update({ role: change.role, agency_id: change.agencyId });
}

/** `by` null restores the membership. */
export async function updateMemberEnded(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('memberships')
    .where({ id })
    .update({ ended_at: by === null ? null : trx.fn.now(), ended_by: by });
}
