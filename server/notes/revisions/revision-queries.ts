import type { Transaction } from '../../database/connection.ts';

/** `number` counts from 1 within the note; `restoredFrom` is the number of the revision whose text this one brought back. */
export type Revision = {
  id: string;
  noteId: string;
  number: number;
  title: string;
  body: string;
  restoredFrom: number | null;
  savedBy: string;
  savedById: string;
  savedAt: Date;
  /** Made from the raw text, or typed after that. */
  deidentified: boolean;
};

/** `length` in code points; `follows`: the revision before it can be read too. */
export type ListedRevision = Omit<Revision, 'body' | 'noteId'> & { length: number; follows: boolean };

const COLUMNS = {
  id: 'note_revisions.id',
  number: 'note_revisions.number',
  title: 'note_revisions.title',
  restoredFrom: 'note_revisions.restored_from',
  savedBy: 'memberships.name',
  savedById: 'note_revisions.saved_by',
  savedAt: 'note_revisions.saved_at',
  deidentified: 'note_revisions.deidentified',
};
const WITH_TEXT = { ...COLUMNS, noteId: 'note_revisions.note_id', body: 'note_revisions.body' };

function revisions(trx: Transaction) {
  return trx('note_revisions').join('memberships', 'memberships.id', 'note_revisions.saved_by');
}

/** One revision of a note by its number, or undefined. */
export async function findRevision(trx: Transaction, noteId: string, number: number): Promise<Revision | undefined> {
  return revisions(trx).where({ 'note_revisions.note_id': noteId, 'note_revisions.number': number }).first(WITH_TEXT);
}

/** A revision of any note by its id, or undefined. */
export async function findRevisionById(trx: Transaction, id: string): Promise<Revision | undefined> {
  return revisions(trx).where('note_revisions.id', id).first(WITH_TEXT);
}

/** The newest `limit` revisions below number `below` (all when undefined), newest first, without their texts. */
export async function listRevisions(
  trx: Transaction,
  noteId: string,
  { below, limit }: { below?: number | undefined; limit: number },
): Promise<ListedRevision[]> {
  const query = revisions(trx)
    .where('note_revisions.note_id', noteId)
    .orderBy('note_revisions.number', 'desc')
    .limit(limit)
    .select({
      ...COLUMNS,
      length: trx.raw('char_length(note_revisions.body)'),
      follows: trx.raw(
        `exists (select from note_revisions as before
                  where before.note_id = note_revisions.note_id and before.number = note_revisions.number - 1)`,
      ),
    });
  return below === undefined ? query : query.where('note_revisions.number', '<', below);
}

/** False when the id is taken. */
export async function insertRevision(
  trx: Transaction,
  row: {
    id: string;
    studyId: string;
    noteId: string;
    number: number;
    title: string;
    body: string;
    restoredFrom: number | null;
    by: string;
    deidentifies?: boolean;
  },
): Promise<boolean> {
  const inserted = await trx('note_revisions')
    .insert({
      id: row.id,
      study_id: row.studyId,
      note_id: row.noteId,
      number: row.number,
      title: row.title,
      body: row.body,
      restored_from: row.restoredFrom,
      saved_by: row.by,
      deidentifies: row.deidentifies ?? false,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** The blind coding that the note is under, or undefined: all of its coders must code the same text. */
export async function findBlindCodingOf(trx: Transaction, noteId: string): Promise<{ id: string } | undefined> {
  return trx('double_codings').where({ note_id: noteId }).whereNull('opened_at').first('id');
}
