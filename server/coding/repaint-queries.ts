import type { Knex } from 'knex';
import type { ThemeNode } from '../codebook/theme-tree.ts';
import { type Actor, type Db, readInStudy } from '../database/connection.ts';
import { type Paragraph, paragraphOf } from '../notes/paragraphs.ts';
import { type ShownCoding, shownCodings } from './coding-queries.ts';
import type { Passage } from './passage.ts';

/** What of a note's page is to be painted anew: the paragraphs that a passage touches, or those that a page asks for. */
export type Wanted = Passage | { paragraphs: readonly number[]; codings: readonly string[] };

type Row = Pick<Paragraph, 'number' | 'start' | 'end' | 'text'> & { withheld: boolean };

/**
 * All that is wanted of a note, at one moment and in one trip: the paragraphs, without reading the rest of the text; the
 * codings in place that touch them, in reading order; those of `ids` that are in place, each with the number of the
 * paragraph that it begins in; and the present themes. Undefined when the note is removed.
 */
export async function findRepaint(
  db: Db,
  actor: Actor,
  noteId: string,
  { wanted, ids }: { wanted: Wanted; ids: readonly string[] },
) {
  const [notes, rows, codings, made, themes] = await readInStudy<
    [{ revision: number }[], Row[], ShownCoding[], (ShownCoding & { paragraph: number })[], ThemeNode[]]
  >(db, actor, (read) => [
    read('notes').where({ id: noteId }).whereNull('removed_at').select({ revision: 'latest_revision' }),
    paragraphsWanted(read, noteId, wanted)
      .orderBy('number')
      .select({
        number: 'number',
        start: 'start_position',
        end: 'end_position',
        text: 'body',
        withheld: read.raw(`exists (select from note_withheld as w where w.note_id = note_paragraphs.note_id
          and w.revision_id = note_paragraphs.revision_id and w.start_position = note_paragraphs.start_position)`),
      }),
    inPlace(read, noteId).whereExists(
      paragraphsWanted(read, noteId, wanted).whereRaw(
        'codings.start_position < note_paragraphs.end_position and codings.end_position > note_paragraphs.start_position',
      ),
    ),
    inPlace(read, noteId)
      .whereIn('codings.id', [...ids])
      .select({
        paragraph: read('note_paragraphs')
          .whereRaw('note_paragraphs.note_id = codings.note_id and start_position <= codings.start_position')
          .max('number'),
      }),
    read('themes')
      .whereNull('removed_at')
      .whereRaw(ids.length > 0 ? 'true' : 'false')
      .select({ id: 'id', parentId: 'parent_id', name: 'name', position: 'position' }),
  ]);
  const [note] = notes;
  const withheld = new Set(rows.filter((row) => row.withheld).map(({ start }) => start));
  return note && { revision: note.revision, paragraphs: rows.map(paragraphOf), withheld, codings, made, themes };
}

function inPlace(read: Db, noteId: string) {
  return shownCodings(read).where('codings.note_id', noteId).whereNull('codings.needs_review_at');
}

function paragraphsWanted(read: Db, noteId: string, wanted: Wanted): Knex.QueryBuilder {
  const paragraphs = read('note_paragraphs').where('note_paragraphs.note_id', noteId);
  if (!('start' in wanted)) return paragraphs.whereIn('number', [...wanted.paragraphs]);
  return (
    paragraphs
      .where('note_paragraphs.start_position', '<', wanted.end)
      .where('note_paragraphs.end_position', '>', wanted.start)
      // By the index: the one that holds the beginning, or the one before it.
      .whereRaw(
        `note_paragraphs.start_position >= coalesce((select max(earlier.start_position) from note_paragraphs as earlier
          where earlier.note_id = ? and earlier.start_position <= ?), 0)`,
        [noteId, wanted.start],
      )
  );
}
