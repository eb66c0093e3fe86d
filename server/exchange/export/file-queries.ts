import type { Transaction } from '../../database/connection.ts';
import { written } from './project-queries.ts';

export type ExportedAttachment = {
  id: string;
  noteId: string;
  fileName: string;
  mediaType: string;
  storedName: string;
  byteLength: number;
  uploadedBy: string;
  uploadedAt: string;
};

export async function listExportedAttachments(trx: Transaction): Promise<ExportedAttachment[]> {
  return trx('attachments')
    .join('notes', 'notes.id', 'attachments.note_id')
    .whereNull('attachments.removed_at')
    .whereNull('attachments.kept_for')
    .whereNull('notes.removed_at')
    .leftJoin('exchange_origins as origin', (join) =>
      join.on('origin.entity_id', 'attachments.id').andOnVal('origin.kind', 'Attachment'),
    )
    .orderByRaw('origin.position nulls last, attachments.uploaded_at, attachments.id')
    .select({
      id: 'attachments.id',
      noteId: 'attachments.note_id',
      fileName: 'attachments.file_name',
      mediaType: 'attachments.media_type',
      storedName: 'attachments.stored_name',
      byteLength: trx.raw('attachments.byte_length::float8'),
      uploadedBy: 'attachments.uploaded_by',
      uploadedAt: trx.raw(written('attachments.uploaded_at')),
    });
}

/** The attachments that came with a source, and go out with it again: not with those of the GUIDs `rewritten`. */
export async function listSourceFiles(trx: Transaction, rewritten: ReadonlySet<string>): Promise<Set<string>> {
  const rows: { id: string }[] = await trx('exchange_origins')
    .joinRaw(`cross join json_array_elements(content::json #> '{held,files}') as file`)
    .whereIn('kind', ['Source', 'CodedNote'])
    .whereNotIn('guid', [...rewritten])
    .select(trx.raw(`file ->> 'id' as id`));
  return new Set(rows.map(({ id }) => id));
}

/** What stays behind because the format cannot hold it, counted. */
export async function countLeftBehind(trx: Transaction): Promise<Record<string, number>> {
  const { rows } = await trx.raw<{ rows: Record<string, string>[] }>(`
    select (select count(*) from note_revisions) - (select count(*) from notes where latest_revision > 0) as revisions,
           (select count(*) from codings where removed_at is null and needs_review_at is not null) as review,
           (select count(*) from codings where removed_at is null and sealed_to is not null) as sealed,
           (select count(*) from double_codings where opened_at is null) as blind,
           (select count(*) from notes where latest_revision > 0 and removed_at is null and not exists (
              select from note_revisions where note_id = notes.id and number = latest_revision and kept_for is null)) as kept,
           (select count(distinct (note_withheld.note_id, start_position)) from note_withheld
              join note_revisions on note_revisions.id = revision_id
              join notes on notes.id = note_withheld.note_id and number = latest_revision and removed_at is null) as withheld,
           (select count(*) from participants where removed_at is null) as participants,
           (select count(*) from summaries where removed_at is null) as summaries`);
  return Object.fromEntries(Object.entries(rows[0]!).map(([key, value]) => [key, Number(value)]));
}
