import { recordAccountEvent } from '../audit/event-service.ts';
import { type Actor, asAccount, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ForbiddenError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { findMember, type Member } from '../studies/member-queries.ts';
import { listStudiesOf } from '../studies/membership-queries.ts';
import type { Mailer } from '../web/mail.ts';
import { passwordResetMail } from './account-mail.ts';
import { insertAccountLink, updateAccountLinkUsed, updateOpenAccountLinksUsed } from './account-link-queries.ts';
import { digestOf, newToken } from './link-token.ts';
import { hashPassword } from './password.ts';
import { findPerson, findPersonByEmail, type Person, updatePassword } from './person-queries.ts';
import { deleteSessionsOf } from './session-queries.ts';

/** Sends a reset link to the person with this e-mail address; does nothing when there is none. */
export async function mailPasswordReset(
  db: Db,
  mailer: Mailer,
  { email, baseUrl }: { email: string; baseUrl: string },
): Promise<void> {
  const person = await findPersonByEmail(db, email);
  if (!person) return;
  const token = newToken();
  await asAccount(db, {}, async (trx) => {
    const link = await addResetLink(trx, person.id, token);
    await recordAccountEvent(trx, null, { kind: 'password-reset.asked', subjectId: person.id, after: { link } });
  });
  const message = passwordResetMail({ name: person.name, link: `${baseUrl}/password-resets/${token}` });
  await mailer.send({ to: person.email, ...message });
}

/** Makes a reset link for `personId` with this token, for an administrator to pass on. Sending twice makes one. */
export async function makeResetLink(
  db: Db,
  by: { id: string },
  personId: string,
  token: string,
): Promise<{ name: string }> {
  const person = await findPerson(db, personId);
  if (!person) throw new NotFoundError();
  await asAccount(db, {}, async (trx) => {
    const link = await addResetLink(trx, personId, token);
    const event = { kind: 'password-reset.made' as const, subjectId: personId, after: { link } };
    if (link !== undefined) await recordAccountEvent(trx, by.id, event);
  });
  return person;
}

/** The same for a lead and a member of their study; ForbiddenError where it would open more than that study. */
export async function makeMemberResetLink(
  db: Db,
  actor: Actor,
  membershipId: string,
  token: string,
): Promise<{ name: string }> {
  const member = await memberToReset(db, actor, membershipId);
  await asAccount(db, {}, async (trx) => {
    const link = await addResetLink(trx, member.personId, token);
    if (link === undefined) return;
    const event = { kind: 'password-reset.made' as const, subjectId: membershipId, after: { link } };
    await recordAccountEvent(trx, actor.personId, { ...event, studyId: actor.studyId });
  });
  return member;
}

/**
 * The member for whom the lead may make a reset link. Whoever holds the link becomes that person everywhere, so it is
 * refused for administrators and for people with a place, past or present, in a study that the lead does not lead.
 */
export async function memberToReset(db: Db, actor: Actor, membershipId: string): Promise<Member> {
  const member = await inStudy(db, actor, (trx) => findMember(trx, membershipId));
  if (!member || member.endedAt !== null) throw new NotFoundError();
  const person = await findPerson(db, member.personId);
  if (!person) throw new NotFoundError();
  const [theirs, mine] = await Promise.all([listStudiesOf(db, member.personId), listStudiesOf(db, actor.personId)]);
  const led = new Set(mine.filter(({ role, endedAt }) => role === 'lead' && endedAt === null).map(({ id }) => id));
  if (person.isAdministrator || theirs.some(({ id }) => !led.has(id)))
    throw new ForbiddenError(
      `You cannot make a link for ${member.name}, because their account opens more than the studies you lead. Ask an administrator to make it.`,
    );
  return member;
}

/** Sets a new password by a reset link and ends all sessions and other links of the person; undefined when the link does not work. */
export async function resetPassword(db: Db, token: string, password: string): Promise<Person | undefined> {
  const passwordHash = await hashPassword(password);
  const personId = await asAccount(db, {}, async (trx) => {
    const link = await updateAccountLinkUsed(trx, 'reset', digestOf(token));
    if (!link?.personId) return undefined;
    await replacePassword(trx, link.personId, passwordHash);
    await recordAccountEvent(trx, link.personId, {
      kind: 'password.reset',
      subjectId: link.personId,
      after: { link: link.id },
    });
    return link.personId;
  });
  return personId === undefined ? undefined : findPerson(db, personId);
}

/** A new password ends what the old one opened: sessions, and links that were on their way. */
export async function replacePassword(trx: Transaction, personId: string, passwordHash: string): Promise<void> {
  await updatePassword(trx, personId, passwordHash);
  await deleteSessionsOf(trx, personId);
  await updateOpenAccountLinksUsed(trx, 'reset', personId);
  await updateOpenAccountLinksUsed(trx, 'sign-in', personId);
}

async function addResetLink(trx: Transaction, personId: string, token: string): Promise<string | undefined> {
  const id = newId();
  const link = { id, kind: 'reset' as const, personId, tokenDigest: digestOf(token) };
  return (await insertAccountLink(trx, link)) ? id : undefined;
}
