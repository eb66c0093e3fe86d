import type { Transaction } from '../database/connection.ts';
import { UNREACHABLE } from '../shared/reachable.ts';

/**
 * Adds persons who come from a file: they cannot sign in, until an administrator enables those who have an address. The
 * others are known by name alone, with addresses of the kind that no mail can reach.
 */
export async function insertNamedPersons(
  trx: Transaction,
  persons: readonly { id: string; name: string; email?: string | null }[],
): Promise<void> {
  if (persons.length === 0) return;
  await trx('people').insert(
    persons.map(({ id, name, email }) => ({
      id,
      name,
      email: email ?? `${id}${UNREACHABLE}`,
      disabled_at: trx.fn.now(),
    })),
  );
}
