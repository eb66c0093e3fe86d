import type { Transaction } from '../database/connection.ts';
import { insertNamedPersons } from './named-person-queries.ts';

/** Coders and authors who come from a file: they have a name and no account. In a transaction outside any study. */
export async function addNamedPersons(
  trx: Transaction,
  persons: readonly { id: string; name: string }[],
): Promise<void> {
  await insertNamedPersons(trx, persons);
}
