import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { insertAccountLink, updateAccountLinkUsed } from './account-link-queries.ts';
import { digestOf, newToken } from './link-token.ts';
import { findPerson, findPersonByEmail, type Person } from './person-queries.ts';

/**
 * A link that signs the person with this e-mail address in, once, within 24 hours. `baseUrl` has no slash at its end.
 * NotFoundError when nobody has the address.
 */
export async function createSignInLink(db: Db, baseUrl: string, email: string): Promise<string> {
  const person = await findPersonByEmail(db, email);
  if (!person) throw new NotFoundError('Nobody has this e-mail address.');
  const token = newToken();
  await asAccount(db, { personId: person.id }, async (trx) => {
    const id = newId();
    await insertAccountLink(trx, { id, kind: 'sign-in', personId: person.id, tokenDigest: digestOf(token) });
    await recordAccountEvent(trx, null, { kind: 'sign-in-link.made', subjectId: person.id, after: { link: id } });
  });
  return `${baseUrl}/sign-in-links/${token}`;
}

/** Uses a sign-in link up. The person it lets in, or undefined when it does not work any more. */
export async function takeSignInLink(db: Db, token: string): Promise<Person | undefined> {
  const personId = await asAccount(db, {}, async (trx) => {
    const link = await updateAccountLinkUsed(trx, 'sign-in', digestOf(token));
    if (!link) return undefined;
    await recordAccountEvent(trx, link.personId, { kind: 'person.signed-in', after: { link: link.id } });
    return link.personId ?? undefined;
  });
  return personId === undefined ? undefined : findPerson(db, personId);
}
