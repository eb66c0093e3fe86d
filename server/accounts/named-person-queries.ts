import type { Transaction } from '../database/connection.ts';

/** Adds persons who are known by name alone. Their addresses are of the kind that no mail can reach, and they cannot sign in. */
export async function insertNamedPersons(
  trx: Transaction,
  persons: readonly { id: string; name: string }[],
): Promise<void> {
  if (persons.length === 0) return;
  await trx('people').insert(
    persons.map(({ id, name }) => ({ id, name, email: `${id}@from-a-file.invalid`, disabled_at: trx.fn.now() })),
  );
}
