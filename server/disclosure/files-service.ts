import type { Transaction } from '../database/connection.ts';
import { listNotePlaces } from '../exchange/export/note-place-queries.ts';
import type { OutsideView } from '../exchange/export/outside-view.ts';
import type { FileLeft } from './files.ts';
import { listAttachmentsByNote } from './inside-queries.ts';

/**
 * The files that stay here: how many, and those of notes that leave, or of the note `only`. Notes are numbered as they
 * leave, from 1.
 */
export async function findFilesLeft(
  trx: Transaction,
  view: Pick<OutsideView, 'leaves'>,
  only?: string,
): Promise<{ attachments: number; files: FileLeft[] }> {
  const places = (await listNotePlaces(trx)).filter((note) => view.leaves(note));
  const leaving = only === undefined ? places : places.filter(({ id }) => id === only);
  const numbers = new Map(leaving.map(({ id }, index) => [id, index + 1]));
  const all = await listAttachmentsByNote(trx);
  const files = all
    .flatMap(({ noteId, ...file }) => {
      const noteNumber = numbers.get(noteId);
      return noteNumber === undefined ? [] : [{ note: noteId, noteNumber, ...file }];
    })
    .toSorted((one, other) => one.noteNumber - other.noteNumber);
  return { attachments: only === undefined ? all.length : files.length, files };
}
