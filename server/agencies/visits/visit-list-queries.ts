import type { Transaction } from '../../database/connection.ts';
import type { VisitListFilter } from './visit-form.ts';

/** A line of the list of visits; `notes` counts those not removed, `finished` those of them that are finished. */
export type ListedVisit = {
  id: string;
  agencyName: string;
  phaseId: string;
  phaseName: string;
  setting: string;
  startsAt: Date;
  endsAt: Date;
  observers: string | null;
  notes: number;
  finished: number;
};

/** `newer` and `older` say whether there are visits before and after these. */
export type VisitPage = { visits: ListedVisit[]; newer: boolean; older: boolean };

/** One page of visits, the latest first, of at most `size`. */
export async function listVisits(trx: Transaction, filter: VisitListFilter, size: number): Promise<VisitPage> {
  const backwards = filter.before !== undefined && filter.after === undefined;
  const cursor = filter.after ?? filter.before;
  const query = visits(trx)
    .whereNull('visits.removed_at')
    .orderBy('visits.starts_at', backwards ? 'asc' : 'desc')
    .orderBy('visits.id', backwards ? 'asc' : 'desc')
    .limit(size + 1);
  if (filter.agency !== undefined) void query.where('visits.agency_id', filter.agency);
  if (filter.phase !== undefined) void query.where('visits.phase_id', filter.phase);
  if (cursor !== undefined)
    void query.whereRaw(
      `(visits.starts_at, visits.id) ${backwards ? '>' : '<'} (select starts_at, id from visits where id = ?)`,
      [cursor],
    );
  const rows: ListedVisit[] = await query;
  const more = rows.length > size;
  const page = rows.slice(0, size);
  if (backwards) return { visits: page.toReversed(), newer: more, older: true };
  return { visits: page, newer: cursor !== undefined, older: more };
}

/** All visits to one agency, the first first. */
export async function listVisitsOfAgency(trx: Transaction, agencyId: string): Promise<ListedVisit[]> {
  return visits(trx)
    .where('visits.agency_id', agencyId)
    .whereNull('visits.removed_at')
    .orderBy(['visits.starts_at', 'visits.id']);
}

/** What the list can be narrowed to. */
export async function listVisitChoices(
  trx: Transaction,
): Promise<{ agencies: { id: string; name: string }[]; phases: { id: string; name: string }[] }> {
  return {
    agencies: await trx('agencies').orderByRaw('lower(name)').select('id', 'name'),
    phases: await trx('phases').orderBy(['position', 'name']).select('id', 'name'),
  };
}

function visits(trx: Transaction) {
  return trx('visits')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .select({
      id: 'visits.id',
      agencyName: 'agencies.name',
      phaseId: 'visits.phase_id',
      phaseName: 'phases.name',
      setting: 'visits.setting',
      startsAt: 'visits.starts_at',
      endsAt: 'visits.ends_at',
      observers: trx.raw(
        `(select string_agg(memberships.name, ', ' order by memberships.name) from visit_observers
           join memberships on memberships.id = visit_observers.membership_id where visit_observers.visit_id = visits.id)`,
      ),
      notes: trx.raw(`(select count(*)::int from notes where notes.visit_id = visits.id and notes.removed_at is null)`),
      finished: trx.raw(
        `(select count(*)::int from notes where notes.visit_id = visits.id and notes.removed_at is null and notes.completed_at is not null)`,
      ),
    });
}
