import type { Transaction } from '../../database/connection.ts';
import { IS_OWN, notesOfFile } from './project-queries.ts';

/** Where a note of the file was written; `isOwn`: here. */
export type NotePlace = { id: string; agencyId: string; isOwn: boolean; isReleased: boolean };

/** The id, agency and time of every note in the file, for what refers to them. */
export async function listNotePlaces(trx: Transaction): Promise<NotePlace[]> {
  return notesOfFile(trx)
    .orderBy(['notes.created_at', 'notes.id'])
    .select({
      id: 'notes.id',
      agencyId: 'visits.agency_id',
      isReleased: trx.raw(`notes.deidentification = 'releasable'`),
      isOwn: trx.raw(IS_OWN),
    });
}
