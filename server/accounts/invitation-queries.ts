import { asAccount, type Db, type Role, type Transaction } from '../database/connection.ts';

/** An invitation as whoever holds its link may see it. */
export type Invitation = {
  id: string;
  studyId: string;
  studyName: string;
  name: string;
  email: string;
  role: Role;
  agencyId: string | null;
  /** Whether it can be accepted: not accepted, not withdrawn and not expired. */
  isOpen: boolean;
  isAccepted: boolean;
  isRevoked: boolean;
  acceptedBy: string | null;
};

/** The invitation whose token has this digest, in whatever state, or undefined. */
export async function findInvitation(db: Db, tokenDigest: string): Promise<Invitation | undefined> {
  return asAccount(db, { tokenDigest }, (trx) =>
    trx('invitations')
      .join('studies', 'studies.id', 'invitations.study_id')
      .where('invitations.token_digest', tokenDigest)
      .first({
        id: 'invitations.id',
        studyId: 'studies.id',
        studyName: 'studies.name',
        name: 'invitations.name',
        email: 'invitations.email',
        role: 'invitations.role',
        agencyId: 'invitations.agency_id',
        isOpen: trx.raw('accepted_at is null and revoked_at is null and expires_at > now()'),
        isAccepted: trx.raw('accepted_at is not null'),
        isRevoked: trx.raw('revoked_at is not null'),
        acceptedBy: 'invitations.accepted_by',
      }),
  );
}

/** The agencies of the study, by name, to choose from. */
export async function listInvitationAgencies(trx: Transaction): Promise<{ id: string; name: string }[]> {
  return trx('agencies').orderBy('name').select('id', 'name');
}

/** When the member's own invitation with this id and token ends; undefined when there is none. */
export async function findOwnInvitation(
  trx: Transaction,
  own: { id: string; tokenDigest: string; by: string },
): Promise<{ expiresAt: Date } | undefined> {
  return trx('invitations')
    .where({ id: own.id, token_digest: own.tokenDigest, invited_by: own.by })
    .first({ expiresAt: 'expires_at' });
}

/** Whether the person has a present place in the study of the transaction. */
export async function findWhetherMember(trx: Transaction, personId: string): Promise<boolean> {
  return (await trx('memberships').where({ person_id: personId }).whereNull('ended_at').first('id')) !== undefined;
}

/** Adds an invitation that lasts for 14 days; false when the id or the token is taken. */
export async function insertInvitation(
  trx: Transaction,
  row: {
    id: string;
    studyId: string;
    name: string;
    email: string;
    role: Role;
    agencyId: string | null;
    tokenDigest: string;
    by: string;
  },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into invitations (id, study_id, name, email, role, agency_id, token_digest, invited_by, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, now() + interval '14 days') on conflict do nothing`,
    [row.id, row.studyId, row.name, row.email, row.role, row.agencyId, row.tokenDigest, row.by],
  );
  return rowCount > 0;
}

/** Withdraws the other open invitations to this address in the study: the newest one counts. Their ids. */
export async function updateInvitationsReplaced(
  trx: Transaction,
  newest: { id: string; email: string; by: string },
): Promise<string[]> {
  const rows: { id: string }[] = await trx('invitations')
    .whereRaw('lower(email) = lower(?)', [newest.email])
    .whereNot({ id: newest.id })
    .whereNull('accepted_at')
    .whereNull('revoked_at')
    .update({ revoked_at: trx.fn.now(), revoked_by: newest.by })
    .returning('id');
  return rows.map(({ id }) => id);
}

/** Withdraws the invitation (`by` a membership) or takes that back (`by` null); false when it is not in that state. */
export async function updateInvitationRevoked(trx: Transaction, id: string, by: string | null): Promise<boolean> {
  const present = trx('invitations').where({ id }).whereNull('accepted_at');
  const updated =
    by === null
      ? await present.whereNotNull('revoked_at').update({ revoked_at: null, revoked_by: null })
      : await present.whereNull('revoked_at').update({ revoked_at: trx.fn.now(), revoked_by: by });
  return updated > 0;
}

/** Whether the study of the transaction has an invitation with this id. */
export async function findWhetherInvitation(trx: Transaction, id: string): Promise<boolean> {
  return (await trx('invitations').where({ id }).first('id')) !== undefined;
}

/**
 * Accepts the open invitation with this digest for a person, in one statement, so that of two at once only one
 * succeeds. Undefined when it is not open or is for another e-mail address.
 */
export async function updateInvitationAccepted(
  trx: Transaction,
  tokenDigest: string,
  person: { id: string; email: string },
): Promise<{ id: string; studyId: string; role: Role; agencyId: string | null } | undefined> {
  const { rows } = await trx.raw<{
    rows: { id: string; studyId: string; role: Role; agencyId: string | null }[];
  }>(
    `update invitations set accepted_at = now(), accepted_by = ?
     where token_digest = ? and accepted_at is null and revoked_at is null and expires_at > now()
       and lower(email) = lower(?)
     returning id, study_id as "studyId", role, agency_id as "agencyId"`,
    [person.id, tokenDigest, person.email],
  );
  return rows[0];
}
