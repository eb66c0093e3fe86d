import type { Transaction } from '../database/connection.ts';
import type { Sector, Status } from './agency.ts';

export type Agency = { id: string; name: string; code: string; sector: Sector; status: Status; version: number };

const COLUMNS = ['id', 'name', 'code', 'sector', 'status', 'version'] as const;

/** An agency with how many visits it has had and when the last one was. */
export type ListedAgency = Agency & { visits: number; lastVisit: Date | null };

/** All agencies of the study by name. */
export async function listAgencies(trx: Transaction): Promise<ListedAgency[]> {
  return trx('agencies')
    .leftJoin('visits', (join) => join.on('visits.agency_id', 'agencies.id').onNull('visits.removed_at'))
    .groupBy('agencies.id')
    .orderByRaw('lower(agencies.name)')
    .select({
      id: 'agencies.id',
      name: 'agencies.name',
      code: 'agencies.code',
      sector: 'agencies.sector',
      status: 'agencies.status',
      version: 'agencies.version',
      visits: trx.raw('count(visits.id)::int'),
      lastVisit: trx.raw('max(visits.starts_at)'),
    });
}

export async function findAgency(trx: Transaction, id: string): Promise<Agency | undefined> {
  return trx('agencies')
    .where({ id })
    .first(...COLUMNS);
}

/** False when the id is taken. Throws PostgreSQL's 23505 on agencies_name_unique and agencies_code_unique. */
export async function insertAgency(
  trx: Transaction,
  row: { id: string; studyId: string; name: string; code: string; sector: Sector },
): Promise<boolean> {
  const { studyId, ...agency } = row;
  const inserted = await trx('agencies')
    .insert({ ...agency, study_id: studyId })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the agency is no longer at `version`. Throws 23505 like insertAgency. */
export async function updateAgency(
  trx: Transaction,
  id: string,
  { version, ...change }: Omit<Agency, 'id'>,
): Promise<boolean> {
  const updated = await trx('agencies')
    .where({ id, version })
    .update({ ...change, version: version + 1 });
  return updated > 0;
}
