import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import type { MemberChange } from './member-form.ts';
import { findLeadsForUpdate, findMember, type Member, updateMemberEnded, updateMemberRole } from './member-queries.ts';

const LAST_LEAD = 'A study always has a lead. Make somebody else a lead first.';
const FOREIGN_KEY = '23503';

/** Gives a member another role; FieldError when it would leave the study without a lead or names no agency of it. */
export async function changeMemberRole(db: Db, actor: Actor, id: string, values: MemberChange): Promise<void> {
  const agencyId = values.role === 'agency' ? (values.agency ?? null) : null;
  await inStudy(db, actor, async (trx) => {
    const leads = await findLeadsForUpdate(trx);
    const member = await presentMember(trx, id);
    if (member.role === values.role && member.agencyId === agencyId) return;
    if (values.role !== 'lead' && isLastLead(leads, id)) throw new FieldError('role', LAST_LEAD);
    await updateMemberRole(trx, id, { role: values.role, agencyId });
    await recordEvent(trx, actor, {
      kind: 'membership.role-changed',
      subjectId: id,
      before: { role: member.role, agencyId: member.agencyId },
      after: { role: values.role, agencyId },
    });
  }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== FOREIGN_KEY) throw error;
    throw new FieldError('agency', 'Choose an agency of this study');
  });
}

/** Ends a membership: from the next request on, the study does not exist for that person. */
export function endMembership(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const leads = await findLeadsForUpdate(trx);
    const member = await findMember(trx, id);
    if (!member) throw new NotFoundError();
    if (member.endedAt !== null) return;
    if (isLastLead(leads, id)) throw new ConflictError(LAST_LEAD);
    await updateMemberEnded(trx, id, actor.membershipId);
    await recordEvent(trx, actor, { kind: 'membership.ended', subjectId: id, before: { role: member.role } });
  });
}

/** Undoes endMembership, with the role as it was. */
export function restoreMembership(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await findLeadsForUpdate(trx);
    const member = await findMember(trx, id);
    if (!member) throw new NotFoundError();
    if (member.endedAt === null) return;
    await updateMemberEnded(trx, id, null);
    await recordEvent(trx, actor, { kind: 'membership.restored', subjectId: id, after: { role: member.role } });
  });
}

async function presentMember(trx: Transaction, id: string): Promise<Member> {
  const member = await findMember(trx, id);
  if (!member || member.endedAt !== null) throw new NotFoundError();
  return member;
}

function isLastLead(leads: string[], id: string): boolean {
  return leads.length === 1 && leads[0] === id;
}
