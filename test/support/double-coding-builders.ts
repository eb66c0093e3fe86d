import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';

/** A note given to `coders` (memberships) to code unseen by each other. What is coded on it from now on is sealed. */
export async function aDoubleCoding(
  owner: Knex,
  studyId: string,
  given: { noteId: string; by: string; coders: string[] } & Partial<{ wasCoded: boolean }>,
): Promise<{ id: string }> {
  const id = newId();
  const latest = await owner('note_revisions').where({ note_id: given.noteId }).orderBy('number', 'desc').first('id');
  await owner('double_codings').insert({
    id,
    study_id: studyId,
    note_id: given.noteId,
    revision_id: latest?.id ?? null,
    was_coded: given.wasCoded ?? false,
    assigned_by: given.by,
  });
  await owner('double_coding_coders').insert(
    given.coders.map((membershipId) => ({ double_coding_id: id, membership_id: membershipId, study_id: studyId })),
  );
  return { id };
}

/** A draw on record that drew nothing. */
export async function aDraw(owner: Knex, studyId: string, given: { by: string }): Promise<{ id: string }> {
  const id = newId();
  await owner('double_coding_draws').insert({
    id,
    study_id: studyId,
    seed: '0123456789abcdef0123456789abcdef',
    strata: '[]',
    drawn_by: given.by,
  });
  return { id };
}

/** What was agreed about code points [start, end) and a theme: that both readings stand, unless `adoptedFrom` says whose. */
export async function aSettlement(
  owner: Knex,
  studyId: string,
  given: {
    note: { id: string; revisionId: string };
    themeId: string;
    by: string;
    start: number;
    end: number;
  } & Partial<{ adoptedFrom: string }>,
): Promise<{ id: string }> {
  const id = newId();
  await owner('settlements').insert({
    id,
    study_id: studyId,
    note_id: given.note.id,
    revision_id: given.note.revisionId,
    theme_id: given.themeId,
    start_position: given.start,
    end_position: given.end,
    choice: given.adoptedFrom === undefined ? 'both' : 'adopt',
    adopted_from: given.adoptedFrom ?? null,
    agreed: given.adoptedFrom === undefined ? null : JSON.stringify([{ start: given.start, end: given.end }]),
    reason: 'Both readings are sound.',
    settled_by: given.by,
  });
  return { id };
}
