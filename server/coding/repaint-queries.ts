import type { Transaction } from '../database/connection.ts';
import { type Paragraph, paragraphOf } from '../notes/paragraphs.ts';
import { type ShownCoding, shownCodings } from './coding-queries.ts';
import type { Passage } from './passage.ts';

/** What of a note's page is to be painted anew: the paragraphs that a passage touches, or those that a page asks for. */
export type Wanted = Passage | { paragraphs: readonly number[]; codings: readonly string[] };

/** The paragraphs of the note's newest text that are wanted, without reading the rest of it. */
export async function listParagraphs(trx: Transaction, noteId: string, wanted: Wanted): Promise<Paragraph[]> {
  const rows: Pick<Paragraph, 'number' | 'start' | 'end' | 'text'>[] = await trx('note_paragraphs')
    .where({ note_id: noteId })
    .where((paragraph) =>
      'start' in wanted
        ? paragraph.where('start_position', '<', wanted.end).where('end_position', '>', wanted.start)
        : paragraph.whereIn('number', [...wanted.paragraphs]),
    )
    .orderBy('number')
    .select({ number: 'number', start: 'start_position', end: 'end_position', text: 'body' });
  return rows.map(paragraphOf);
}

/** The codings in place that touch one of `paragraphs`, in reading order. */
export async function listCodingsOfParagraphs(
  trx: Transaction,
  noteId: string,
  paragraphs: readonly Paragraph[],
): Promise<ShownCoding[]> {
  if (paragraphs.length === 0) return [];
  return shownCodings(trx)
    .where('codings.note_id', noteId)
    .whereNull('codings.needs_review_at')
    .where((coding) => {
      for (const { start, end } of stretches(paragraphs))
        void coding.orWhere((touching) =>
          touching.where('codings.start_position', '<', end).where('codings.end_position', '>', start),
        );
    });
}

/** Those of `ids` that are in place in the note, each with the number of the paragraph that it begins in. */
export async function listCodingsInPlace(
  trx: Transaction,
  noteId: string,
  ids: readonly string[],
): Promise<(ShownCoding & { paragraph: number })[]> {
  if (ids.length === 0) return [];
  return shownCodings(trx)
    .where('codings.note_id', noteId)
    .whereNull('codings.needs_review_at')
    .whereIn('codings.id', [...ids])
    .select({
      paragraph: trx('note_paragraphs')
        .whereRaw('note_paragraphs.note_id = codings.note_id and start_position <= codings.start_position')
        .max('number'),
    });
}

// Neighbours as one: most of what is asked for lies side by side.
function stretches(paragraphs: readonly Paragraph[]): Passage[] {
  const found: (Passage & { last: number })[] = [];
  for (const { number, start, end } of paragraphs) {
    const open = found.at(-1);
    if (open && open.last === number - 1) Object.assign(open, { end, last: number });
    else found.push({ start, end, last: number });
  }
  return found;
}
