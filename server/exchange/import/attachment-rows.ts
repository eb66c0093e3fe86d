import { type Element, normaliseGuid } from '../refi/element.ts';
import type { Into } from './into.ts';
import { dateOf } from './note-rows.ts';
import type { KeptFile } from './source-rows.ts';
import type { Survey } from './survey.ts';

const MEDIA = /^(Picture|PDF|Audio|Video)Source$/;
const PLAIN = [
  'guid',
  'name',
  'path',
  'currentPath',
  'creatingUser',
  'creationDateTime',
  'modifyingUser',
  'modifiedDateTime',
];

/**
 * By the GUID of a file's source, that of the text it is kept with, as links called "attachment" say: this is how our own
 * files say it. One that is linked from two texts is with neither.
 */
export function attachedSources({ links, sourceNames }: Pick<Survey, 'links' | 'sourceNames'>): Map<string, string> {
  const attached = new Map<string, string>();
  const several = new Set<string>();
  for (const link of links.filter(isAttaching)) {
    const { origin, target } = endsOf(link);
    if (origin === target || !sourceNames.has(origin) || !sourceNames.has(target)) continue;
    if (attached.has(target)) several.add(target);
    attached.set(target, origin);
  }
  for (const target of several) attached.delete(target);
  return attached;
}

export function isAttaching(unit: Element): boolean {
  return unit.name === 'Link' && unit.attributes.name === 'attachment';
}

export function endsOf({ attributes }: Element): { origin: string; target: string } {
  return { origin: normaliseGuid(attributes.originGUID ?? ''), target: normaliseGuid(attributes.targetGUID ?? '') };
}

/** Whether a source says nothing but that there is a file: nothing of it is lost when it becomes a file of a note. */
export function isBareFile(unit: Element): boolean {
  return (
    MEDIA.test(unit.name) &&
    unit.children.length === 0 &&
    (unit.attributes.path ?? '') !== '' &&
    Object.keys(unit.attributes).every((key) => PLAIN.includes(key))
  );
}

/** A file that a note has, sent in by whoever made `unit`. */
export function putFile(
  into: Into,
  unit: Element,
  file: Omit<KeptFile, 'guid' | 'entry'>,
  { id, noteId, at }: { id: string; noteId: string; at: string },
): void {
  into.put('attachments', {
    id,
    study_id: into.studyId,
    note_id: noteId,
    file_name: file.fileName,
    media_type: file.mediaType,
    byte_length: file.byteLength,
    sha256: file.sha256,
    stored_name: file.storedName,
    uploaded_by: into.memberOf(unit.attributes.creatingUser),
    uploaded_at: at,
  });
}

/** A file of the note `noteId`, as it was before it left. */
export function putAttachment(into: Into, unit: Element, file: Omit<KeptFile, 'guid' | 'entry'>, noteId: string): void {
  const guid = normaliseGuid(unit.attributes.guid ?? '');
  const at = dateOf(into, unit.attributes.creationDateTime, unit) ?? into.at;
  const id = into.idOf('attachment', guid, at);
  putFile(into, unit, file, { id, noteId, at });
  into.keep(
    'Attachment',
    { element: { ...unit, attributes: { guid: into.uniqueGuid(guid) } } },
    { guid, entityId: id, noteId },
  );
}
