import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from './builders.ts';

// What leaves the study: exports, and summaries for agencies. Like the other builders.

/** A completed export of nothing. */
export async function anExport(
  owner: Knex,
  studyId: string,
  given: { by: string; disclosureId?: string },
): Promise<{ id: string }> {
  const id = newId();
  await owner('exports').insert({
    id,
    study_id: studyId,
    // As the product numbers its own: one more than the study's last.
    number: owner.raw('(select coalesce(max(number), 0) + 1 from exports where study_id = ?)', [studyId]),
    requested_by: given.by,
    disclosure_id: given.disclosureId ?? null,
    filter: '{}',
    format: 'csv',
    completed_at: new Date(),
    row_count: 0,
    byte_length: 0,
    sha256: sha256(''),
  });
  return { id };
}

/** Something made ready for people outside the team: previewed, or confirmed with its export. */
export async function aDisclosure(
  owner: Knex,
  studyId: string,
  given: { by: string; confirmed?: boolean },
): Promise<{ id: string }> {
  const id = newId();
  const none = { participant: 0, member: 0, agency: 0 };
  await owner('disclosures').insert({
    id,
    study_id: studyId,
    format: 'csv',
    filter: { from: '2000-01-01', to: '2000-01-01' },
    recipient: 'Dr A. Reader',
    purpose: 'Table 2',
    choices: { agencies: 'masked', coders: 'number', memberNames: 'replaced', dates: 'month', notes: 'releasable' },
    requested_by: given.by,
    state: given.confirmed ? 'confirmed' : 'previewed',
    preview: {
      rows: 0,
      notes: 0,
      agencies: 0,
      coders: 0,
      swapped: none,
      changedRows: 0,
      shorterContexts: 0,
      withheld: { personal: 0, unreleased: 0, outdated: 0 },
      consent: 0,
      nameless: 0,
      participants: 0,
      samples: [],
      risks: [],
    },
    previewed_at: new Date(),
    fingerprint: sha256(''),
    confirmed_by: given.confirmed ? given.by : null,
    confirmed_at: given.confirmed ? new Date() : null,
  });
  if (given.confirmed) await anExport(owner, studyId, { by: given.by, disclosureId: id });
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
