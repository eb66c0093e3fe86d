import { type ExportedAttachment, listExportedAttachments, listSourceFiles } from './file-queries.ts';
import type { Transaction } from '../../database/connection.ts';
import { element, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import type { Outgoing } from './outgoing.ts';
import { listNotePlaces, type NotePlace } from './note-place-queries.ts';
import type { OutsideView } from './outside-view.ts';
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
  notes: NotePlace[];
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

/** `view` says how rows look to people outside the team. */
export async function prepareExport(trx: Transaction, view?: OutsideView): Promise<Prepared> {
  const places = await listNotePlaces(trx);
  // Outside nothing goes out as it came from another program: every note is written anew.
  const rewritten = view
    ? { guids: new Set<string>(), notes: places.map(({ id }) => id) }
    : await listRewrittenSources(trx);
  const isRewritten = new Set(rewritten.notes);
  const inside = {
    members: await listAuthors(trx),
    themes: await listExportedThemes(trx),
    agencies: await listExportedAgencies(trx),
    memos: await listExportedMemos(trx),
    attachments: await listExportedAttachments(trx),
    notes: places.map((note) => ({ ...note, isOwn: note.isOwn || isRewritten.has(note.id) })),
  };
  const { members, themes, agencies, memos, attachments, notes } = view ? asSeenBy(view, inside) : inside;
  const guids = new Map<string, string>();
  if (!view) {
    const named = await listOriginGuids(trx, [...ROWS, 'Source', 'CodedNote', 'Attachment', 'Visit']);
    for (const { kind, entityId, guid } of named)
      // What was a coded memo and is a text now is another thing to whatever refers to it.
      if (kind !== 'CodedNote' || !isRewritten.has(entityId)) guids.set(entityId, guid);
  }
  const kept = new Map<string, Kept>();
  const placeholders = new Set<string>();
  const caseThemes = new Map<string, string>();
  for (const { kind, entityId, content, guid } of await listOrigins(trx, ROWS)) {
    const read = JSON.parse(content) as Kept;
    // What is only kept of a file says whatever that file said.
    if (view && (kind === 'CaseTheme' || read.element)) continue;
    if (kind === 'CaseTheme') caseThemes.set(entityId!, guid);
    else if (!read.element) placeholders.add(entityId!);
    else kept.set(entityId!, read);
  }
  const aside = new Map<string, Element[]>(ASIDE.map((kind) => [kind, []]));
  for (const { kind, content } of view ? [] : await listOrigins(trx, ASIDE))
    aside.get(kind)!.push((JSON.parse(content) as Kept).element!);
  const [project] = view ? [] : await listOrigins(trx, ['Project']);

  if (view) for (const { id } of themes) guids.set(id, id);
  const guidOf = (id: string): string => writtenGuid(guids.get(id) ?? view?.id(id) ?? id);
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
  const codeRefs = new Map<string, Element>();
  const refs = new Map<string, Element[]>();
  for (const memo of memos) {
    if (kept.has(memo.id)) continue;
    const subject = memo.codingId ?? memo.themeId ?? memo.noteId ?? '';
    refs.set(subject, [...(refs.get(subject) ?? []), element('NoteRef', { targetGUID: guidOf(memo.id) })]);
  }
  const withSource = view ? new Set<string>() : await listSourceFiles(trx, rewritten.guids);
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
      codeRef(themeId) {
        const known = codeRefs.get(themeId);
        if (known) return known;
        const made = element('CodeRef', { targetGUID: writtenGuid(caseGuid(themeId) ?? guidOf(themeId)) });
        codeRefs.set(themeId, made);
        return made;
      },
      memoRefs: (subject) => refs.get(subject) ?? [],
      isThere: (guid) => there.has(normaliseGuid(guid)),
      alsoThere: (guid) => void there.add(normaliseGuid(guid)),
      attachment: (id) => files.get(id),
      isFileWritten: (id) => withSource.has(id),
      isOwnMedia: (attachment) => !withSource.has(attachment.id) && isMedia(attachment.mediaType),
    },
  };
}

type Rows = Pick<Prepared, 'members' | 'themes' | 'agencies' | 'memos' | 'attachments' | 'notes'>;

function asSeenBy(view: OutsideView, rows: Rows): Rows {
  const notes = rows.notes.filter((note) => view.leaves(note));
  const leaving = new Set(notes.map(({ id }) => id));
  return {
    members: rows.members.map((member) => view.member(member)),
    themes: rows.themes.map((theme) => view.theme(theme)),
    agencies: rows.agencies.map((agency) => view.agency(agency)),
    memos: rows.memos
      .filter(({ noteId }) => noteId === null || leaving.has(noteId))
      .flatMap((memo) => view.memo(memo) ?? []),
    attachments: [],
    notes,
  };
}
