import type { Transaction } from '../../database/connection.ts';

/** The agency that the note's visit was to, or undefined when there is no such note or it is removed. */
export async function findAgencyOfNote(trx: Transaction, noteId: string): Promise<string | undefined> {
  const row = await trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .where('notes.id', noteId)
    .whereNull('notes.removed_at')
    .first({ agencyId: 'visits.agency_id' });
  return row?.agencyId;
}
