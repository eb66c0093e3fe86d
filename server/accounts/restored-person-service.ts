import type { Transaction } from '../database/connection.ts';
import { insertNamedPersons } from './named-person-queries.ts';
import { findKnownPersons } from './restored-person-queries.ts';

/**
 * Finds or makes the people of a study that is restored, and says who each of them is here. Whoever is new has an account
 * that lets nobody in until an administrator enables it. In a transaction outside any study.
 */
export async function takePersonsIn(
  trx: Transaction,
  persons: readonly { id: string; name: string; email: string | null }[],
): Promise<{ here: Record<string, string>; made: number }> {
  const known = await findKnownPersons(trx, persons);
  const fresh = persons.filter(({ id }) => !known.has(id));
  await insertNamedPersons(trx, fresh);
  return { here: Object.fromEntries([...known].map(([asked, { id }]) => [asked, id])), made: fresh.length };
}
