import type { Transaction } from '../database/connection.ts';

export type CandidateNote = { id: string; title: string; agency: string; phase: string; visitedAt: Date };

/** Which candidates: of an agency, of a phase, by id. */
export type Wanted = { agencyId?: string | undefined; phaseId?: string | undefined; ids?: string[] };

// What can be given to coders: finished notes that are not removed and that nobody codes blind now.
function candidates(trx: Transaction, { agencyId, phaseId, ids }: Wanted) {
  const query = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .whereNotNull('notes.completed_at')
    // Coders could not read it.
    .whereNull('latest.kept_for')
    .whereNotExists(
      trx('double_codings')
        .select(trx.raw('1'))
        .whereRaw('double_codings.note_id = notes.id')
        .whereNull('double_codings.opened_at'),
    );
  if (agencyId !== undefined) void query.where('visits.agency_id', agencyId);
  if (phaseId !== undefined) void query.where('visits.phase_id', phaseId);
  if (ids !== undefined) void query.whereIn('notes.id', ids);
  return query;
}

/** Up to `limit` of them, the latest visit first. */
export async function listCandidateNotes(trx: Transaction, wanted: Wanted, limit: number): Promise<CandidateNote[]> {
  return candidates(trx, wanted)
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .orderByRaw('visits.starts_at desc, notes.id')
    .limit(limit)
    .select({
      id: 'notes.id',
      title: 'latest.title',
      agency: 'agencies.name',
      phase: 'phases.name',
      visitedAt: 'visits.starts_at',
    });
}

/** How many there are of each agency and phase that has any. */
export async function countCandidates(
  trx: Transaction,
): Promise<{ agencyId: string; phaseId: string; count: number }[]> {
  return candidates(trx, {})
    .groupBy('visits.agency_id', 'visits.phase_id')
    .select({ agencyId: 'visits.agency_id', phaseId: 'visits.phase_id', count: trx.raw('count(*)::int') });
}

/** The ids of all of an agency and phase, in order. */
export async function listCandidateIds(
  trx: Transaction,
  wanted: { agencyId: string; phaseId: string },
): Promise<string[]> {
  return candidates(trx, wanted).orderBy('notes.id').pluck('notes.id');
}

/**
 * Locks the notes in the order of their ids, so that nobody codes, saves or removes them until the transaction ends; those
 * that can still be given to coders, each with its newest revision.
 */
export async function findCandidatesForUpdate(
  trx: Transaction,
  ids: string[],
): Promise<{ id: string; revisionId: string }[]> {
  await trx('notes').whereIn('id', ids).orderBy('id').forNoKeyUpdate().select('id');
  return candidates(trx, { ids }).orderBy('notes.id').select({ id: 'notes.id', revisionId: 'latest.id' });
}

/** The agencies by name and the phases in their order. */
export async function listPlaces(
  trx: Transaction,
): Promise<{ agencies: { id: string; name: string }[]; phases: { id: string; name: string }[] }> {
  return {
    agencies: await trx('agencies').orderBy('name').select('id', 'name'),
    phases: await trx('phases').orderBy('position').select('id', 'name'),
  };
}
