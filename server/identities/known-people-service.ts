import { listAgenciesKnownTo } from '../agencies/known-agency-queries.ts';
import { type Actor, identityKeysOf, inIdentities, type Transaction } from '../database/connection.ts';
import { unseal } from './cipher.ts';
import { type Identity, identityOf } from './identity.ts';
import { listIdentities, type StoredPerson } from './identity-queries.ts';
import { type KnownContact, type KnownPerson, namesOf } from './known-names.ts';

/**
 * The real names of the study's participants (those of `ids` alone where given), decrypted for finding them in texts on
 * the server: never to be shown, logged or kept. One that the program has no key for is left out, because saving a note
 * must not depend on it; the page of that identity says so.
 */
export async function findKnownPeople(
  trx: Transaction,
  _actor: Pick<Actor, 'studyId'>,
  ids?: readonly string[],
): Promise<KnownPerson[]> {
  return (await namesOfAll(trx, { participantIds: ids })).people;
}

/**
 * The same of one person, with none where nothing is kept, and the names of everybody else in the study; `unreadable`
 * without the key: for what must not miss a name.
 */
export async function findNamesOf(
  trx: Transaction,
  { studyId, participantId }: { studyId: string; participantId: string },
): Promise<{ names: string[]; others: string[] } | 'unreadable'> {
  const stored = (await inIdentities(trx, () => listIdentities(trx))).filter((row) => row.studyId === studyId);
  const keys = identityKeysOf(trx);
  const own = stored.find((row) => row.participantId === participantId);
  const identity = own && opened(keys, own);
  if (own && !identity) return 'unreadable';
  const others = stored.filter((row) => row !== own).flatMap((row) => opened(keys, row) ?? []);
  return { names: identity ? allNamesOf(identity) : [], others: others.flatMap(allNamesOf) };
}

/**
 * The same of all of the study, with how they are reached and when they were born, and how many there is no key for: for
 * what must not be done without them.
 */
export function findAllKnownPeople(
  trx: Transaction,
): Promise<{ people: KnownPerson[]; contacts: KnownContact[]; unreadable: number }> {
  return namesOfAll(trx);
}

/**
 * The same for suggesting pseudonyms to somebody: only people of agencies whose identities they may look up, so that
 * nobody learns by typing names who is who elsewhere.
 */
export async function findPeopleKnownTo(trx: Transaction, actor: Actor): Promise<KnownPerson[]> {
  const agencyIds = actor.role === 'lead' ? undefined : await listAgenciesKnownTo(trx, actor.membershipId);
  return (await namesOfAll(trx, { agencyIds })).people;
}

async function namesOfAll(
  trx: Transaction,
  among?: Parameters<typeof listIdentities>[1],
): Promise<{ people: KnownPerson[]; contacts: KnownContact[]; unreadable: number }> {
  const stored = await inIdentities(trx, () => listIdentities(trx, among));
  const keys = identityKeysOf(trx);
  const known = stored.flatMap((row) => {
    const identity = opened(keys, row);
    return identity ? [{ row, identity }] : [];
  });
  return {
    people: known.map(({ row: { participantId, agencyId, pseudonym }, identity }) => ({
      participantId,
      agencyId,
      pseudonym,
      names: allNamesOf(identity),
    })),
    contacts: known.map(({ row: { participantId }, identity: { contact, born } }) => ({
      participantId,
      contact,
      born,
    })),
    unreadable: stored.length - known.length,
  };
}

function opened(keys: ReturnType<typeof identityKeysOf>, row: StoredPerson): Identity | undefined {
  try {
    return identityOf(unseal(keys, row, { studyId: row.studyId, id: row.participantId }));
  } catch {
    return undefined;
  }
}

function allNamesOf({ fullName, otherNames }: Identity): string[] {
  return namesOf(fullName, otherNames);
}
