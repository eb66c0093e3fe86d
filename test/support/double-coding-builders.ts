import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';

/** A note given to `coders` (memberships) to code unseen by each other. What is coded on it from now on is sealed. */
export async function aDoubleCoding(
  owner: Knex,
  studyId: string,
  given: { noteId: string; by: string; coders: string[] } & Partial<{ wasCoded: boolean }>,
): Promise<{ id: string }> {
  const id = newId();
  await owner('double_codings').insert({
    id,
    study_id: studyId,
    note_id: given.noteId,
    was_coded: given.wasCoded ?? false,
    assigned_by: given.by,
  });
  await owner('double_coding_coders').insert(
    given.coders.map((membershipId) => ({ double_coding_id: id, membership_id: membershipId, study_id: studyId })),
  );
  return { id };
}
