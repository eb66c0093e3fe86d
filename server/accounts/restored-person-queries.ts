import type { Transaction } from '../database/connection.ts';

/** Those of `persons` that have an account here: with that id, or else with that address. By the id that was asked for. */
export async function findKnownPersons(
  trx: Transaction,
  persons: readonly { id: string; email: string | null }[],
): Promise<Map<string, { id: string; name: string }>> {
  const { rows } = await trx.raw<{ rows: { asked: string; id: string; name: string }[] }>(
    `select distinct on (asked) (given ->> 'id') as asked, people.id, people.name
       from jsonb_array_elements(?::jsonb) as given
       join people on people.id = (given ->> 'id')::uuid or lower(people.email) = lower(given ->> 'email')
      order by asked, people.id <> (given ->> 'id')::uuid`,
    [JSON.stringify(persons)],
  );
  return new Map(rows.map(({ asked, ...found }) => [asked, found]));
}
