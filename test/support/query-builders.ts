import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';

/** A question kept under a name: the passages of one theme, unless the test says otherwise. */
export async function aSavedQuery(
  owner: Knex,
  studyId: string,
  given: { by: string; themeId: string } & Partial<{ name: string; definition: object }>,
): Promise<{ id: string; name: string }> {
  const id = newId();
  const name = given.name ?? `Query ${id}`;
  const definition = {
    a: [given.themeId],
    relation: 'alone',
    b: [],
    words: 10,
    not: [],
    reach: 'overlapping',
    roll: 'yes',
    coder: [],
    agency: [],
    phase: [],
    from: null,
    to: null,
    ...given.definition,
  };
  await owner('saved_queries').insert({
    id,
    study_id: studyId,
    name,
    definition: JSON.stringify(definition),
    created_by: given.by,
  });
  return { id, name };
}
