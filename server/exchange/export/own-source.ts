import { type ExportedAttachment } from './file-queries.ts';
import { derivedId } from '../import/derived-id.ts';
import { element, type Element, namedGuid, normaliseGuid, writtenGuid } from '../refi/element.ts';
import { ownValue } from '../refi/own-variables.ts';
import { type NoteWithCodings, type Outgoing, selectionOf, writtenPositions, writtenText } from './outgoing.ts';

/** The GUID of the passage of a coding that was made here; the coding itself has its own. */
export function selectionGuid(codingId: string): string {
  return derivedId(codingId, 'selection', Number.parseInt(codingId.replaceAll('-', '').slice(0, 12), 16));
}

/** A note that was written here. */
export function ownSource(out: Outgoing, { note, codings }: NoteWithCodings): Element {
  const guid = out.guidOf(note.id);
  const entry = `${guid}.txt`;
  out.addText({ entry, text: writtenText(note.body, out.profile) });
  const at = writtenPositions(note.body, out.profile);
  return element(
    'TextSource',
    {
      guid,
      name: note.title,
      plainTextPath: `internal://${entry}`,
      creatingUser: out.userOf(note.authorId),
      creationDateTime: note.createdAt,
      modifyingUser: out.userOf(note.savedBy),
      modifiedDateTime: note.savedAt,
    },
    [
      ...codings.map((coding) => selectionOf(out, coding, selectionGuid(normaliseGuid(out.guidOf(coding.id))), at)),
      ...out.memoRefs(note.id),
      ...ownValues(out, note),
    ],
  );
}

/** What our own variables say of a note. */
export function ownValues(out: Outgoing, note: NoteWithCodings['note']): Element[] {
  return [
    ownValue('visit', normaliseGuid(out.guidOf(note.visitId))),
    ownValue('visitSetting', note.setting),
    ownValue('visitStart', note.startsAt),
    ownValue('visitEnd', note.endsAt),
    ownValue('visitPurpose', note.purpose),
    ownValue('phase', note.phase),
    ownValue('completed', note.completedAt ?? undefined),
  ];
}

const MEDIA: [pattern: RegExp, source: string, ending: string][] = [
  [/^image\/jpeg/, 'PictureSource', 'jpg'],
  [/^image\/png/, 'PictureSource', 'png'],
  [/^application\/pdf/, 'PDFSource', 'pdf'],
  [/^audio\/mpeg/, 'AudioSource', 'mp3'],
  [/^audio\/mp4/, 'AudioSource', 'm4a'],
  [/^audio\/wav/, 'AudioSource', 'wav'],
];

export function isMedia(mediaType: string): boolean {
  return MEDIA.some(([pattern]) => pattern.test(mediaType));
}

/** A file of a note as a source of its own, where the format has sources of its kind. */
export function ownMedia(out: Outgoing, attachment: ExportedAttachment): Element | undefined {
  const found = MEDIA.find(([pattern]) => pattern.test(attachment.mediaType));
  if (!found) {
    out.remarks.add(
      'lost',
      'Files that are neither JPEG, PNG, PDF nor a recording stay behind: the format has no place for them.',
    );
    return undefined;
  }
  const [, name, ending] = found;
  const guid = out.guidOf(attachment.id);
  const entry = `${guid}.${ending}`;
  out.addFile(attachment, entry);
  return element(name, {
    guid,
    name: attachment.fileName,
    path: `internal://${entry}`,
    creatingUser: out.userOf(attachment.uploadedBy),
    creationDateTime: attachment.uploadedAt,
  });
}

/** Says which text a memo is about that the text does not refer to. */
export function memoLink(out: Outgoing, memoId: string, noteId: string): Element {
  const memo = out.guidOf(memoId);
  return element('Link', {
    guid: writtenGuid(namedGuid(`memo ${memo}`)),
    name: 'memo',
    direction: 'OneWay',
    originGUID: memo,
    targetGUID: out.guidOf(noteId),
  });
}

/** Says which note a file belongs to. */
export function attachmentLink(out: Outgoing, attachment: ExportedAttachment): Element {
  return element('Link', {
    // Of its GUID, which it keeps when the file comes back, as its id does not.
    guid: writtenGuid(
      derivedId(normaliseGuid(out.guidOf(attachment.id)), 'attachment', Date.parse(attachment.uploadedAt)),
    ),
    name: 'attachment',
    direction: 'OneWay',
    originGUID: out.guidOf(attachment.noteId),
    targetGUID: out.guidOf(attachment.id),
  });
}
