import type { Transaction } from '../../database/connection.ts';

/** Where a note of the file was written; `isOwn`: here. */
export type NotePlace = { id: string; agencyId: string; isOwn: boolean; isReleased: boolean };

/** The id, agency and time of every note in the file, for what refers to them. */
export async function listNotePlaces(trx: Transaction): Promise<NotePlace[]> {
  return trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .whereNull('note_revisions.kept_for')
    .whereNull('notes.removed_at')
    .orderBy(['notes.created_at', 'notes.id'])
    .select({
      id: 'notes.id',
      agencyId: 'visits.agency_id',
      isReleased: trx.raw(`notes.deidentification = 'releasable'`),
      isOwn: trx.raw(`not exists (select from exchange_origins
        where exchange_origins.study_id = notes.study_id and exchange_origins.entity_id = notes.id)`),
    });
}
