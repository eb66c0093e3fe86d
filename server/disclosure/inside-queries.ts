import type { Transaction } from '../database/connection.ts';
import { notesOfFile } from '../exchange/export/project-queries.ts';
import type { Cast } from './cast.ts';
import type { NoteFact } from './tables.ts';

/** The team, past members included, and the agencies, in an order that later ones do not change; and the study's secret. */
export async function listNamed(trx: Transaction): Promise<Omit<Cast, 'people'>> {
  const members = await trx('memberships')
    .orderBy(['created_at', 'id'])
    .select({ id: 'id', name: 'name', role: 'role', agencyId: 'agency_id' });
  const agencies = await trx('agencies').orderBy(['created_at', 'id']).select('id', 'name', 'code');
  const study = await trx('studies').first<{ secret: string } | undefined>({ secret: 'outside_secret' });
  return { members, agencies, secret: study!.secret };
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

/** The notes that could leave, with what is told of each besides its text. */
export async function listNoteFacts(
  trx: Transaction,
): Promise<(NoteFact & { id: string; visitId: string; agencyId: string; isReleased: boolean })[]> {
  return notesOfFile(trx).select({
    id: 'notes.id',
    visitId: 'visits.id',
    agencyId: 'visits.agency_id',
    isReleased: trx.raw(`notes.deidentification = 'releasable'`),
    deidentification: 'notes.deidentification',
    lagMinutes: trx.raw('round((extract(epoch from notes.write_up_lag) / 60)::numeric, 1)::float8'),
  });
}

/** Files that are kept with notes, none of which leaves: by what they are, never by a name of theirs. */
export async function listAttachmentsByNote(
  trx: Transaction,
): Promise<{ noteId: string; mediaType: string; byteLength: number }[]> {
  const rows: { noteId: string; mediaType: string; byteLength: string }[] = await trx('attachments')
    .whereNull('removed_at')
    .orderBy(['note_id', 'id'])
    .select({ noteId: 'note_id', mediaType: 'media_type', byteLength: 'byte_length' });
  return rows.map((row) => ({ ...row, byteLength: Number(row.byteLength) }));
}

/** How much a study holds: what decides how long it takes to look through it. */
export async function countSizes(trx: Transaction): Promise<{ codings: number; notes: number }> {
  const row = await trx.first<{ codings: number; notes: number }>(
    trx.raw('(select count(*)::int from codings) as codings, (select count(*)::int from notes) as notes'),
  );
  return row ?? { codings: 0, notes: 0 };
}
