import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from './builders.ts';

// What leaves the study: exports, and summaries for agencies. Like the other builders.

/** A completed export of nothing. */
export async function anExport(owner: Knex, studyId: string, given: { by: string }): Promise<{ id: string }> {
  const id = newId();
  await owner('exports').insert({
    id,
    study_id: studyId,
    // As the product numbers its own: one more than the study's last.
    number: owner.raw('(select coalesce(max(number), 0) + 1 from exports where study_id = ?)', [studyId]),
    requested_by: given.by,
    filter: '{}',
    format: 'csv',
    completed_at: new Date(),
    row_count: 0,
    byte_length: 0,
    sha256: sha256(''),
  });
  return { id };
}

/** A summary and what the agency reads of it. */
export async function aPublishedSummary(
  owner: Knex,
  studyId: string,
  given: { agencyId: string; by: string } & Partial<{ title: string; body: string }>,
): Promise<{ id: string; publicationId: string }> {
  const [id, publicationId] = [newId(), newId()];
  const text = {
    study_id: studyId,
    agency_id: given.agencyId,
    title: given.title ?? 'What we saw',
    body: given.body ?? 'What we saw.',
  };
  await owner('summaries').insert({ id, ...text, created_by: given.by, updated_by: given.by });
  await owner('summary_publications').insert({ id: publicationId, ...text, summary_id: id, published_by: given.by });
  return { id, publicationId };
}
