import { formatDateTime } from '../../shared/dates.ts';
import type { Attachment } from './attachment-queries.ts';

const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const KIBIBYTE = 1024;

/** "3.4 MB" of so many bytes, "1 KB" at the least. */
export function formatBytes(bytes: number): string {
  if (bytes < KIBIBYTE * KIBIBYTE) return `${Math.max(1, Math.round(bytes / KIBIBYTE))} KB`;
  const megabytes = bytes / (KIBIBYTE * KIBIBYTE);
  return `${megabytes < 10 ? megabytes.toFixed(1).replace('.0', '') : Math.round(megabytes)} MB`;
}

/** What notes/attachments/_list.hbs shows: the files of a note, those taken off it, and the form for another. `limit` in bytes. */
export function attachmentsView(
  attachments: Attachment[],
  place: { notePath: string; timeZone: string; newId: string; limit: number },
) {
  const base = `${place.notePath}/attachments`;
  const items = attachments.map((attachment) => ({
    name: attachment.fileName,
    href: `${base}/${attachment.id}`,
    isImage: SHOWN.has(attachment.mediaType),
    isAudio: attachment.mediaType.startsWith('audio/'),
    size: formatBytes(attachment.byteLength),
    added: `${formatDateTime(attachment.uploadedAt, place.timeZone)}, ${attachment.uploadedBy}`,
    removed: attachment.removedAt !== null,
  }));
  return {
    base,
    newId: place.newId,
    limit: formatBytes(place.limit),
    items: items.filter(({ removed }) => !removed),
    removed: items.filter(({ removed }) => removed),
  };
}
