import type { Transaction } from '../database/connection.ts';
import type { ImportState, NoteImport } from './note-import.ts';

const IMPORT = {
  id: 'id',
  state: 'state',
  progress: 'progress',
  failure: 'failure',
  remarks: 'remarks',
  startedAt: 'started_at',
  confirmedAt: 'confirmed_at',
};

/** False when the id is taken: the form was sent twice. */
export async function insertNoteImport(
  trx: Transaction,
  row: { id: string; studyId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('note_imports')
    .insert({ id: row.id, study_id: row.studyId, started_by: row.by })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** An import of the asker's own, or undefined. */
export async function findNoteImport(trx: Transaction, id: string): Promise<NoteImport | undefined> {
  return trx('note_imports').where({ id }).first(IMPORT);
}

/** The same, locked until the transaction ends. */
export async function findNoteImportForUpdate(trx: Transaction, id: string): Promise<NoteImport | undefined> {
  return trx('note_imports').where({ id }).forUpdate().first(IMPORT);
}

export type ListedImport = NoteImport & { documents: number; notes: number };

/** The asker's imports, the latest first. */
export async function listNoteImports(trx: Transaction, limit: number): Promise<ListedImport[]> {
  return trx('note_imports')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .select({
      ...IMPORT,
      documents: trx.raw('(select count(*)::int from note_import_documents where import_id = note_imports.id)'),
      notes: trx.raw(
        `(select count(*)::int from note_import_documents join notes on notes.id = note_import_documents.note_id
           where import_id = note_imports.id and notes.removed_at is null)`,
      ),
    });
}

/** Changes an import that is in one of the states `from`; how many there were. */
export async function updateNoteImport(
  trx: Transaction,
  id: string,
  from: readonly ImportState[],
  to: Partial<{ state: ImportState; progress: string; failure: string | null; remarks: string[]; confirmed: boolean }>,
): Promise<number> {
  const { confirmed, remarks, ...columns } = to;
  return trx('note_imports')
    .where({ id })
    .whereIn('state', [...from])
    .update({
      ...columns,
      ...(remarks !== undefined && { remarks: JSON.stringify(remarks) }),
      ...(confirmed === true && { confirmed_at: trx.fn.now() }),
    });
}
