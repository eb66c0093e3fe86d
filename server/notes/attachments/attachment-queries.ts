import type { Transaction } from '../../database/connection.ts';

/** `byteLength` in bytes; `storedName` is its name in the uploads folder. */
export type Attachment = {
  id: string;
  noteId: string;
  fileName: string;
  mediaType: string;
  byteLength: number;
  sha256: string;
  storedName: string;
  uploadedAt: Date;
  uploadedBy: string;
  removedAt: Date | null;
};

export type NewAttachment = {
  id: string;
  studyId: string;
  noteId: string;
  fileName: string;
  mediaType: string;
  byteLength: number;
  sha256: string;
  storedName: string;
  by: string;
};

function attachments(trx: Transaction) {
  return trx('attachments')
    .join('memberships', 'memberships.id', 'attachments.uploaded_by')
    .join('notes', 'notes.id', 'attachments.note_id')
    .whereNull('notes.removed_at')
    .select({
      id: 'attachments.id',
      noteId: 'attachments.note_id',
      fileName: 'attachments.file_name',
      mediaType: 'attachments.media_type',
      byteLength: trx.raw('attachments.byte_length::float8'),
      sha256: 'attachments.sha256',
      storedName: 'attachments.stored_name',
      uploadedAt: 'attachments.uploaded_at',
      uploadedBy: 'memberships.name',
      removedAt: 'attachments.removed_at',
    });
}

/** The files kept with a note, removed ones included, in the order in which they came. */
export async function listAttachments(trx: Transaction, noteId: string): Promise<Attachment[]> {
  return attachments(trx).where('attachments.note_id', noteId).orderBy('attachments.id');
}

/** One file of a note, a removed one included, or undefined. */
export async function findAttachment(trx: Transaction, noteId: string, id: string): Promise<Attachment | undefined> {
  return attachments(trx).where({ 'attachments.note_id': noteId, 'attachments.id': id }).first();
}

/** The note that files are to be kept with, with the title it has now ('' before it is saved); undefined when removed. */
export async function findNoteForAttachments(
  trx: Transaction,
  noteId: string,
): Promise<{ id: string; title: string } | undefined> {
  return trx('notes')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .where('notes.id', noteId)
    .whereNull('notes.removed_at')
    .first({ id: 'notes.id', title: trx.raw(`coalesce(note_revisions.title, '')`) });
}

/** False when the id is taken. */
export async function insertAttachment(trx: Transaction, row: NewAttachment): Promise<boolean> {
  const inserted = await trx('attachments')
    .insert({
      id: row.id,
      study_id: row.studyId,
      note_id: row.noteId,
      file_name: row.fileName,
      media_type: row.mediaType,
      byte_length: row.byteLength,
      sha256: row.sha256,
      stored_name: row.storedName,
      uploaded_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** How many rows changed: none when the file was removed (or there) already. */
export async function updateAttachmentRemoved(trx: Transaction, id: string, by: string | null): Promise<number> {
  const query = trx('attachments').where({ id });
  return by === null
    ? query.whereNotNull('removed_at').update({ removed_at: null, removed_by: null })
    : query.whereNull('removed_at').update({ removed_at: trx.fn.now(), removed_by: by });
}

/** How many rows changed: none when the file has that name already. */
export async function updateAttachmentName(trx: Transaction, id: string, fileName: string): Promise<number> {
  return trx('attachments').where({ id }).whereNot({ file_name: fileName }).update({ file_name: fileName });
}
