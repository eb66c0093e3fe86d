import { listAgenciesKnownTo } from '../agencies/known-agency-queries.ts';
import { type Actor, identityKeysOf, inIdentities, type Transaction } from '../database/connection.ts';
import { unseal } from './cipher.ts';
import { identityOf } from './identity.ts';
import { listIdentities, type StoredPerson } from './identity-queries.ts';
import { type KnownPerson, namesOf } from './known-names.ts';

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

/** The same of one person, with none where nothing is kept; `unreadable` without the key: for what must not miss a name. */
export async function findNamesOf(trx: Transaction, participantId: string): Promise<readonly string[] | 'unreadable'> {
  const { people, unreadable } = await namesOfAll(trx, { participantIds: [participantId] });
  return unreadable > 0 ? 'unreadable' : (people[0]?.names ?? []);
}

/** The same of all of the study, with how many there is no key for: for what must not be done without them. */
export function findAllKnownPeople(trx: Transaction): Promise<{ people: KnownPerson[]; unreadable: number }> {
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
): Promise<{ people: KnownPerson[]; unreadable: number }> {
  const stored = await inIdentities(trx, () => listIdentities(trx, among));
  const keys = identityKeysOf(trx);
  const people = stored.flatMap((row) => {
    const names = namesIn(keys, row);
    return names ? [{ participantId: row.participantId, agencyId: row.agencyId, pseudonym: row.pseudonym, names }] : [];
  });
  return { people, unreadable: stored.length - people.length };
}

function namesIn(keys: ReturnType<typeof identityKeysOf>, row: StoredPerson): string[] | undefined {
  try {
    const { fullName, otherNames } = identityOf(unseal(keys, row, { studyId: row.studyId, id: row.participantId }));
    return namesOf(fullName, otherNames);
  } catch {
    return undefined;
  }
}
