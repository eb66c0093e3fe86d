import type { Transaction } from '../database/connection.ts';

/** The agencies where the member watched at a visit, or wrote a note of one: whose people they may have to know. */
export async function listAgenciesKnownTo(trx: Transaction, membershipId: string): Promise<string[]> {
  return trx('visits')
    .whereNull('removed_at')
    .where((either) =>
      either
        .whereExists(
          trx('visit_observers')
            .whereRaw('visit_observers.visit_id = visits.id')
            .where({ membership_id: membershipId })
            .select(trx.raw('1')),
        )
        .orWhereExists(
          trx('notes')
            .whereRaw('notes.visit_id = visits.id')
            .where({ author_id: membershipId })
            .whereNull('removed_at')
            .select(trx.raw('1')),
        ),
    )
    .distinct('agency_id')
    .pluck('agency_id');
}
