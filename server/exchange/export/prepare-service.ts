import { type ExportedAttachment, listExportedAttachments, listSourceFiles } from './file-queries.ts';
import type { Transaction } from '../../database/connection.ts';
import { element, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import type { Outgoing } from './outgoing.ts';
import { isMedia } from './own-source.ts';
import type { Kept } from './project-elements.ts';
import {
  type ExportedAgency,
  type ExportedMemo,
  type ExportedMember,
  type ExportedTheme,
  listAuthors,
  listExportedAgencies,
  listExportedMemos,
  listExportedThemes,
  listNotePlaces,
  listOriginGuids,
  listOrigins,
} from './project-queries.ts';
import { listRewrittenSources } from './rewritten-queries.ts';

/** All of the study but its notes and codings, and what everything is called in the file. */
export type Prepared = {
  members: ExportedMember[];
  themes: ExportedTheme[];
  agencies: ExportedAgency[];
  memos: ExportedMemo[];
  attachments: ExportedAttachment[];
  notes: { id: string; agencyId: string; isOwn: boolean }[];
  /** Sources that do not go out as they came, and their notes, which go out as if written here. */
  rewritten: { guids: Set<string>; notes: string[] };
  /** By the id of a row of ours. */
  kept: Map<string, Kept>;
  /** Elements that became no row, by their kind. */
  aside: Map<string, Element[]>;
  project: Element | undefined;
  /** Whether a row stands only for what the file did not say. */
  isPlaceholder: (id: string) => boolean;
  naming: Pick<
    Outgoing,
    | 'guidOf'
    | 'userOf'
    | 'codeRef'
    | 'memoRefs'
    | 'isThere'
    | 'alsoThere'
    | 'attachment'
    | 'isFileWritten'
    | 'isOwnMedia'
  >;
};

const ROWS = ['User', 'Code', 'Case', 'CaseTheme', 'Memo'];
const ASIDE = ['Set', 'Graph', 'Link', 'Variable'];

export async function prepareExport(trx: Transaction): Promise<Prepared> {
  const members = await listAuthors(trx);
  const themes = await listExportedThemes(trx);
  const agencies = await listExportedAgencies(trx);
  const memos = await listExportedMemos(trx);
  const attachments = await listExportedAttachments(trx);
  const rewritten = await listRewrittenSources(trx);
  const isRewritten = new Set(rewritten.notes);
  const notes = (await listNotePlaces(trx)).map((note) => ({ ...note, isOwn: note.isOwn || isRewritten.has(note.id) }));
  const guids = new Map<string, string>();
  for (const { kind, entityId, guid } of await listOriginGuids(trx, [...ROWS, 'Source', 'CodedNote', 'Attachment']))
    // What was a coded memo and is a text now is another thing to whatever refers to it.
    if (kind !== 'CodedNote' || !isRewritten.has(entityId)) guids.set(entityId, guid);
  const kept = new Map<string, Kept>();
  const placeholders = new Set<string>();
  const caseThemes = new Map<string, string>();
  for (const { kind, entityId, content, guid } of await listOrigins(trx, ROWS)) {
    const read = JSON.parse(content) as Kept;
    if (kind === 'CaseTheme') caseThemes.set(entityId!, guid);
    else if (!read.element) placeholders.add(entityId!);
    else kept.set(entityId!, read);
  }
  const aside = new Map<string, Element[]>(ASIDE.map((kind) => [kind, []]));
  for (const { kind, content } of await listOrigins(trx, ASIDE))
    aside.get(kind)!.push((JSON.parse(content) as Kept).element!);
  const [project] = await listOrigins(trx, ['Project']);

  const guidOf = (id: string): string => writtenGuid(guids.get(id) ?? id);
  const caseGuid = (themeId: string): string | undefined => caseThemes.get(themeId);
  const users = new Set(members.filter(({ id }) => !placeholders.has(id)).map(({ id }) => id));
  const written = [
    ...users,
    ...agencies.map(({ id }) => id).filter((id) => !placeholders.has(id)),
    ...memos.map(({ id }) => id),
    ...themes.map(({ id }) => id).filter((id) => !caseThemes.has(id)),
    ...notes.map(({ id }) => id),
  ];
  const there = new Set(written.map((id) => normaliseGuid(guidOf(id))));
  for (const { id, mediaType } of attachments) if (isMedia(mediaType)) there.add(normaliseGuid(guidOf(id)));
  for (const guid of caseThemes.values()) there.add(guid);
  for (const { attributes } of aside.get('Variable')!) there.add(normaliseGuid(attributes.guid ?? ''));
  const refs = new Map<string, Element[]>();
  for (const memo of memos) {
    if (kept.has(memo.id)) continue;
    const subject = memo.codingId ?? memo.themeId ?? memo.noteId ?? '';
    refs.set(subject, [...(refs.get(subject) ?? []), element('NoteRef', { targetGUID: guidOf(memo.id) })]);
  }
  const withSource = await listSourceFiles(trx, rewritten.guids);
  const files = new Map(attachments.map((attachment) => [attachment.id, attachment]));
  return {
    members,
    themes,
    agencies,
    memos,
    attachments,
    notes,
    rewritten,
    kept,
    aside,
    project: project && (JSON.parse(project.content) as Kept).element,
    isPlaceholder: (id) => placeholders.has(id) || caseThemes.has(id),
    naming: {
      guidOf,
      userOf: (id) => (users.has(id) ? guidOf(id) : undefined),
      codeRef: (themeId) => element('CodeRef', { targetGUID: writtenGuid(caseGuid(themeId) ?? guidOf(themeId)) }),
      memoRefs: (subject) => refs.get(subject) ?? [],
      isThere: (guid) => there.has(normaliseGuid(guid)),
      alsoThere: (guid) => void there.add(normaliseGuid(guid)),
      attachment: (id) => files.get(id),
      isFileWritten: (id) => withSource.has(id),
      isOwnMedia: (attachment) => !withSource.has(attachment.id) && isMedia(attachment.mediaType),
    },
  };
}
