import type { Transaction } from '../database/connection.ts';
import type { Passage } from './passage.ts';

export async function findWhetherNoteIsThere(trx: Transaction, noteId: string): Promise<boolean> {
  return (await findNoteState(trx, noteId)) !== undefined;
}

/** The note as far as a page that shows it must know whether it is still the same; undefined when it is removed. */
export async function findNoteState(trx: Transaction, noteId: string): Promise<{ revision: number } | undefined> {
  return trx('notes').where({ id: noteId }).whereNull('removed_at').first({ revision: 'latest_revision' });
}

/** A coding in place, and what of it can change. */
export type CodingPlace = Passage & { id: string; theme: string; coder: string; version: number };

/** The codings in place in the note's newest text, in reading order, and how many others need review. */
export async function listCodingPlaces(
  trx: Transaction,
  noteId: string,
): Promise<{ places: CodingPlace[]; needReview: number }> {
  const rows: (CodingPlace & { lost: boolean })[] = await trx('codings')
    .where({ note_id: noteId })
    .whereNull('removed_at')
    .orderBy(['start_position', { column: 'end_position', order: 'desc' }, 'id'])
    .select({
      id: 'id',
      start: 'start_position',
      end: 'end_position',
      theme: 'theme_id',
      coder: 'coder_id',
      version: 'version',
      lost: trx.raw('needs_review_at is not null'),
    });
  const places = rows
    .filter(({ lost }) => !lost)
    .map(({ id, start, end, theme, coder, version }) => ({ id, start, end, theme, coder, version }));
  return { places, needReview: rows.length - places.length };
}
