import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import { newId } from '../shared/ids.ts';
import { foundStudy } from '../studies/study-service.ts';
import { insertAccountLink, updateAccountLinkUsed, updateOpenAccountLinksUsed } from './account-link-queries.ts';
import { digestOf, newToken } from './link-token.ts';
import { hashPassword } from './password.ts';
import { countPeople, findPerson, insertPerson, lockSetUp, type Person } from './person-queries.ts';
import type { SetUp } from './set-up-form.ts';

/**
 * A link to the page that makes the first administrator and study; it works once, within 24 hours, and ends any that
 * was made before. `baseUrl` has no slash at its end.
 */
export async function createSetUpLink(db: Db, baseUrl: string): Promise<string> {
  const token = newToken();
  await asAccount(db, {}, async (trx) => {
    await updateOpenAccountLinksUsed(trx, 'set-up', null);
    await insertAccountLink(trx, { id: newId(), kind: 'set-up', personId: null, tokenDigest: digestOf(token) });
    await recordAccountEvent(trx, null, { kind: 'set-up-link.made' });
  });
  return `${baseUrl}/set-up/${token}`;
}

/**
 * Makes the first administrator, the study and their place as its lead. Undefined when the link has been used or there
 * are people already.
 */
export async function setUp(db: Db, token: string, values: SetUp): Promise<Person | undefined> {
  const personId = newId();
  const passwordHash = await hashPassword(values.password);
  const done = await asAccount(db, { personId }, async (trx) => {
    // Two set-ups at once take turns, even by two links: the second finds the first one's administrator.
    await lockSetUp(trx);
    const link = await updateAccountLinkUsed(trx, 'set-up', digestOf(token));
    if (!link || (await countPeople(trx)) > 0) return false;
    const person = { id: personId, name: values.name, email: values.email };
    await insertPerson(trx, { ...person, passwordHash, isAdministrator: true });
    await recordAccountEvent(trx, personId, { kind: 'person.joined', subjectId: personId, after: { link: link.id } });
    await foundStudy(trx, person, {
      id: newId(),
      name: values.study,
      requiresSecondStep: values.secondStep === 'on',
    });
    return true;
  });
  return done ? findPerson(db, personId) : undefined;
}
