import type { Transaction } from '../database/connection.ts';
import { WAITED_TOO_LONG } from '../exchange/import/waiting.ts';

// All as the database's owner: what nobody came back for belongs to any study and to any person.

/** Takes documents that nobody made notes of away; the names of their files, which have to go from the disk. */
export async function updateForgottenNoteImports(
  trx: Transaction,
  before: Date,
): Promise<{ id: string; studyId: string; storedNames: string[] }[]> {
  const over: { id: string; studyId: string }[] = await trx('note_imports')
    .where({ state: 'ready' })
    .where('started_at', '<', before)
    .update({ state: 'dropped', failure: WAITED_TOO_LONG })
    .returning(['id', 'study_id as studyId']);
  const files: { importId: string; storedName: string }[] = await trx('note_import_files')
    .join('note_import_documents', 'note_import_documents.id', 'note_import_files.document_id')
    .whereIn(
      'note_import_documents.import_id',
      over.map(({ id }) => id),
    )
    .select({ importId: 'note_import_documents.import_id', storedName: 'note_import_files.stored_name' });
  await trx('note_import_documents')
    .whereIn(
      'import_id',
      over.map(({ id }) => id),
    )
    .delete();
  return over.map((one) => ({
    ...one,
    storedNames: files.filter(({ importId }) => importId === one.id).map(({ storedName }) => storedName),
  }));
}

/** The same for codebooks that nobody compared to the end: what was read of them goes. */
export async function updateForgottenCodebookImports(
  trx: Transaction,
  before: Date,
): Promise<{ id: string; studyId: string }[]> {
  return trx('codebook_imports')
    .where({ state: 'ready' })
    .where('started_at', '<', before)
    .update({ state: 'dropped', themes: '[]' })
    .returning(['id', 'study_id as studyId']);
}
