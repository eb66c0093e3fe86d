import type { Knex } from 'knex';

// Whoever is known here by the address alone has another id than in the installation that an archive came from, and the
// trail keeps the ids that its chain is of. The place in the study is the same, so events are found by that too.
const FUNCTION = 'read_trail(uuid, text[], uuid, timestamptz, timestamptz, uuid, boolean, bigint)';
const BY_ID = 'and events.person_id = $3';
const BY_PLACE = `and (events.person_id = $3 or events.membership_id in (
            select memberships.id from memberships where memberships.study_id = $1 and memberships.person_id = $3))`;

async function change(knex: Knex, from: string, to: string): Promise<void> {
  const { rows } = await knex.raw<{ rows: { definition: string }[] }>(
    'select pg_get_functiondef(?::regprocedure) as definition',
    [FUNCTION],
  );
  const { definition } = rows[0]!;
  const changed = definition.replace(from, () => to);
  if (changed === definition) throw new Error(`${FUNCTION} is not as this migration knows it.`);
  // By the protocol without values, because the text has signs that knex would take for places of values.
  await knex.raw(changed.replaceAll('?', String.raw`\?`));
}

export const up = (knex: Knex): Promise<void> => change(knex, BY_ID, BY_PLACE);
export const down = (knex: Knex): Promise<void> => change(knex, BY_PLACE, BY_ID);
