import type { Transaction } from '../database/connection.ts';
import type { Cast } from './cast.ts';

/** The team, past members included, and the agencies, in an order that later ones do not change. */
export async function listNamed(trx: Transaction): Promise<Omit<Cast, 'people'>> {
  const members = await trx('memberships')
    .orderBy(['created_at', 'id'])
    .select({ id: 'id', name: 'name', role: 'role', agencyId: 'agency_id' });
  const agencies = await trx('agencies').orderBy(['created_at', 'id']).select('id', 'name', 'code');
  return { members, agencies };
}

/** How many participants play each role at each agency. */
export async function listRoleCounts(trx: Transaction): Promise<{ agencyId: string; role: string; count: number }[]> {
  return trx('participants')
    .whereNull('removed_at')
    .groupBy('agency_id', 'role')
    .select({ agencyId: 'agency_id', role: 'role', count: trx.raw('count(*)::int') });
}

/** Participants by pseudonym, those who were removed included: notes may speak of them. */
export async function listPseudonyms(trx: Transaction): Promise<{ id: string; pseudonym: string }[]> {
  return trx('participants').orderBy('id').select('id', 'pseudonym');
}

/** How many files are kept with notes: none of them leaves. */
export async function countAttachments(trx: Transaction): Promise<number> {
  const row = await trx('attachments').whereNull('removed_at').count('* as count').first();
  return Number(row?.count ?? 0);
}

/** How much a study holds: what decides how long it takes to look through it. */
export async function countSizes(trx: Transaction): Promise<{ codings: number; notes: number }> {
  const row = await trx.first<{ codings: number; notes: number }>(
    trx.raw('(select count(*)::int from codings) as codings, (select count(*)::int from notes) as notes'),
  );
  return row ?? { codings: 0, notes: 0 };
}
