import type { Transaction } from '../database/connection.ts';
import type { ImportFile, ListedDocument } from './note-import.ts';

// Of the words, as many as a page shows.
const START = 600;

export type NewDocument = {
  id: string;
  studyId: string;
  importId: string;
  by: string;
  position: number;
  fileName: string;
  folder: string;
  byteLength: number;
  sha256: string;
  textSha256: string | null;
  kind: string;
  title: string;
  body: string;
  paragraphs: number;
  words: number;
  remarks: string[];
  refusal: string | null;
};

export async function insertDocument(trx: Transaction, row: NewDocument): Promise<void> {
  await trx('note_import_documents').insert({
    id: row.id,
    study_id: row.studyId,
    import_id: row.importId,
    started_by: row.by,
    position: row.position,
    file_name: row.fileName,
    folder: row.folder,
    byte_length: row.byteLength,
    sha256: row.sha256,
    text_sha256: row.textSha256,
    kind: row.kind,
    title: row.title,
    body: row.body,
    paragraphs: row.paragraphs,
    words: row.words,
    remarks: JSON.stringify(row.remarks),
    refusal: row.refusal,
  });
}

export async function insertImportFile(
  trx: Transaction,
  row: ImportFile & { studyId: string; by: string; position: number },
): Promise<void> {
  await trx('note_import_files').insert({
    id: row.id,
    study_id: row.studyId,
    document_id: row.documentId,
    started_by: row.by,
    position: row.position,
    file_name: row.fileName,
    media_type: row.mediaType,
    byte_length: row.byteLength,
    sha256: row.sha256,
    stored_name: row.storedName,
  });
}

function documents(trx: Transaction) {
  return trx('note_import_documents')
    .leftJoin('notes', 'notes.id', 'note_import_documents.note_id')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .orderBy('note_import_documents.position')
    .select({
      id: 'note_import_documents.id',
      position: 'note_import_documents.position',
      fileName: 'note_import_documents.file_name',
      folder: 'note_import_documents.folder',
      byteLength: trx.raw('note_import_documents.byte_length::float8'),
      kind: 'note_import_documents.kind',
      title: 'note_import_documents.title',
      start: trx.raw('left(note_import_documents.body, ?)', [START]),
      paragraphs: 'note_import_documents.paragraphs',
      words: 'note_import_documents.words',
      remarks: 'note_import_documents.remarks',
      refusal: 'note_import_documents.refusal',
      visitId: 'note_import_documents.visit_id',
      visitHint: 'note_import_documents.visit_hint',
      leftOut: 'note_import_documents.left_out',
      sameAs: 'note_import_documents.same_as',
      noteId: 'note_import_documents.note_id',
      noteTitle: 'note_revisions.title',
      noteRemoved: trx.raw('coalesce(notes.removed_at is not null, false)'),
      pictures: trx.raw(
        '(select greatest(count(*)::int - 1, 0) from note_import_files where document_id = note_import_documents.id)',
      ),
    });
}

/** The documents of an import, in the order in which they came. */
export async function listDocuments(trx: Transaction, importId: string): Promise<ListedDocument[]> {
  return documents(trx).where('note_import_documents.import_id', importId);
}

/** One document of an import with all of its words, or undefined. */
export async function findDocument(
  trx: Transaction,
  importId: string,
  id: string,
): Promise<(ListedDocument & { body: string }) | undefined> {
  return documents(trx)
    .where({ 'note_import_documents.import_id': importId, 'note_import_documents.id': id })
    .first()
    .select({ body: 'note_import_documents.body' });
}

/** The text of a document that is to become a note. */
export async function findDocumentText(trx: Transaction, id: string): Promise<{ title: string; body: string }> {
  const found = await trx('note_import_documents').where({ id }).first('title', 'body');
  if (!found) throw new Error('a document of a locked import was not there');
  return found;
}

/** The files of an import, those of each document in their order. */
export async function listImportFiles(trx: Transaction, importId: string): Promise<ImportFile[]> {
  return trx('note_import_files')
    .whereIn('document_id', trx('note_import_documents').where({ import_id: importId }).select('id'))
    .orderBy(['document_id', 'position'])
    .select({
      id: 'id',
      documentId: 'document_id',
      fileName: 'file_name',
      mediaType: 'media_type',
      byteLength: trx.raw('byte_length::float8'),
      sha256: 'sha256',
      storedName: 'stored_name',
    });
}

export async function updateDocument(
  trx: Transaction,
  importId: string,
  id: string,
  to: Partial<{ title: string; visitId: string | null; hint: string | null; leftOut: boolean }>,
): Promise<number> {
  return trx('note_import_documents')
    .where({ import_id: importId, id })
    .update({
      ...(to.title !== undefined && { title: to.title }),
      ...(to.visitId !== undefined && { visit_id: to.visitId }),
      ...(to.hint !== undefined && { visit_hint: to.hint }),
      ...(to.leftOut !== undefined && { left_out: to.leftOut }),
    });
}

/** Gives all documents of an import one visit, or only those that have none. */
export async function updateVisits(
  trx: Transaction,
  importId: string,
  visitId: string,
  only: 'all' | 'without',
): Promise<void> {
  const query = trx('note_import_documents').where({ import_id: importId }).whereNull('refusal');
  if (only === 'without') void query.whereNull('visit_id');
  await query.update({ visit_id: visitId, visit_hint: null });
}

/** Marks documents that the study has already, or that came twice, and leaves them out until somebody chooses otherwise. */
export async function updateSameDocuments(trx: Transaction, importId: string): Promise<void> {
  await trx.raw(
    `with mine as (
       select id, position, sha256, text_sha256, refusal,
              first_value(id) over (partition by coalesce(text_sha256, sha256) order by position) as first_id
         from note_import_documents where import_id = :importId and refusal is null),
     known as (
       select mine.id,
              case when first_id <> mine.id
                     then (select file_name from note_import_documents d where d.id = first_id) end as in_import,
              exists (select from attachments join notes on notes.id = attachments.note_id
                       where attachments.sha256 = mine.sha256 and attachments.removed_at is null and notes.removed_at is null)
                or exists (select from note_import_documents d join notes on notes.id = d.note_id
                            where d.text_sha256 = mine.text_sha256 and d.import_id <> :importId and notes.removed_at is null)
                as in_study
         from mine)
     update note_import_documents set left_out = true, same_as = coalesce(in_import, '')
       from known where known.id = note_import_documents.id and (in_study or in_import is not null)`,
    { importId },
  );
}

/** The document has become a note: its words are there now, and no longer here. */
export async function updateBecomeNote(trx: Transaction, id: string, noteId: string): Promise<void> {
  await trx('note_import_documents').where({ id }).update({ note_id: noteId });
}

/** Of an import that is over, what was read goes; that it was, and what it came to, stays. */
export async function clearDocuments(trx: Transaction, importId: string): Promise<void> {
  await trx('note_import_files')
    .whereIn('document_id', trx('note_import_documents').where({ import_id: importId }).select('id'))
    .delete();
  await trx('note_import_documents')
    .where({ import_id: importId })
    .update({ title: '', body: '', same_as: null, visit_hint: null, remarks: '[]' });
}

/** Takes away all that was read of an import that came to nothing. */
export async function deleteDocuments(trx: Transaction, importId: string): Promise<void> {
  await trx('note_import_documents').where({ import_id: importId }).delete();
}

/** A visit that a note can be about, as a person would choose it. */
export type VisitChoice = {
  id: string;
  agency: string;
  code: string;
  phase: string;
  setting: string;
  startsAt: Date;
};

/** The visits of the study that are not removed, the latest first. */
export async function listVisitsToChoose(trx: Transaction): Promise<VisitChoice[]> {
  return trx('visits')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .whereNull('visits.removed_at')
    .orderBy('visits.starts_at', 'desc')
    .orderBy('visits.id')
    .select({
      id: 'visits.id',
      agency: 'agencies.name',
      code: 'agencies.code',
      phase: 'phases.name',
      setting: 'visits.setting',
      startsAt: 'visits.starts_at',
    });
}
