import type { Transaction } from '../database/connection.ts';
import { listNotePlaces } from '../exchange/export/note-place-queries.ts';
import type { NoteWithCodings } from '../exchange/export/outgoing.ts';
import type { OutsideView } from '../exchange/export/outside-view.ts';
import { type ExportedNote, listExportedCodings, listNotesById } from '../exchange/export/project-queries.ts';

const BATCH = 200;

/** A note with its codings as it leaves; `inside` is the note as it stays, for what is told of it besides its text. */
export type LeavingWhole = NoteWithCodings & { inside: ExportedNote };

/** Every note that leaves, whole, in the order of their making; never all in memory. */
export async function* leavingNotes(trx: Transaction, view: OutsideView): AsyncGenerator<LeavingWhole> {
  const waiting = (await listNotePlaces(trx)).map(({ id }) => id);
  while (waiting.length > 0) {
    const ids = waiting.splice(0, BATCH);
    const found = new Map((await listNotesById(trx, ids)).map((note) => [note.id, note]));
    yield* await seenFromOutside(
      trx,
      view,
      ids.flatMap((id) => found.get(id) ?? []),
    );
  }
}

/** One note as it leaves; undefined where there is none, or it stays. */
export async function leavingNote(trx: Transaction, view: OutsideView, id: string): Promise<LeavingWhole | undefined> {
  const [one] = await seenFromOutside(trx, view, await listNotesById(trx, [id]));
  return one;
}

async function seenFromOutside(
  trx: Transaction,
  view: OutsideView,
  notes: readonly ExportedNote[],
): Promise<LeavingWhole[]> {
  const inside = new Map(notes.map((note) => [note.id, note]));
  const found = new Map<string, NoteWithCodings>(notes.map((note) => [note.id, { note, codings: [] }]));
  for (const coding of await listExportedCodings(trx, notes)) found.get(coding.noteId)!.codings.push(coding);
  return (await view.notes(trx, [...found.values()])).map((one) => ({ ...one, inside: inside.get(one.note.id)! }));
}
