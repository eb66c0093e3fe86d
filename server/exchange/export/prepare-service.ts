import { type ExportedAttachment, listExportedAttachments, listSourceFiles } from './file-queries.ts';
import type { Transaction } from '../../database/connection.ts';
import { element, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import type { Outgoing } from './outgoing.ts';
import { listNotePlaces, type NotePlace } from './note-place-queries.ts';
import type { OutsideView } from './outside-view.ts';
import { leadsTo, type Referred } from '../refi/references.ts';
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
  /** By the id of a note that a source of another program became, the GUID of that source in its file. */
  sources: Map<string, string>;
  /** As what a GUID of this file is referred to in it. */
  referredAs: (guid: string) => string | undefined;
  /**
   * Whether a memo goes out as the comment of the element that it came with, and not as a note of the file: once sources are
   * written, one whose passage is no longer there does not.
   */
  isComment: (memo: ExportedMemo) => boolean;
  wasComment: (memoId: string) => boolean;
  /** Whether a row stands only for what the file did not say. */
  isPlaceholder: (id: string) => boolean;
  naming: Pick<
    Outgoing,
    | 'guidOf'
    | 'userOf'
    | 'codeRef'
    | 'memoRefs'
    | 'refersTo'
    | 'alsoThere'
    | 'comment'
    | 'attachment'
    | 'isFileWritten'
    | 'isOwnMedia'
  >;
};

const ROWS = ['User', 'Code', 'Case', 'CaseTheme', 'Memo', 'Comment'];
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
  const [guids, raws] = [new Map<string, string>(), new Map<string, string>()];
  const [sources, codedNotes] = [new Map<string, string>(), new Set<string>()];
  if (!view) {
    const named = await listOriginGuids(trx, [...ROWS, 'Source', 'CodedNote', 'Attachment', 'Visit']);
    for (const { kind, entityId, guid, raw } of named) {
      // What was a coded memo and is a text now is another thing to whatever refers to it.
      if (kind === 'Comment' || (kind === 'CodedNote' && isRewritten.has(entityId))) continue;
      guids.set(entityId, guid);
      raws.set(entityId, raw);
      if (kind === 'Source') sources.set(entityId, raw);
      if (kind === 'CodedNote') codedNotes.add(entityId);
    }
  }
  const kept = new Map<string, Kept>();
  const placeholders = new Set<string>();
  const caseThemes = new Map<string, string>();
  const comments = new Map<string, unknown>();
  const isOwn = new Set(notes.flatMap((note) => (note.isOwn ? note.id : [])));
  for (const { kind, entityId, content, guid } of await listOrigins(trx, ROWS)) {
    const read = JSON.parse(content) as Kept;
    // What is only kept of a file says whatever that file said.
    if (view && (kind === 'CaseTheme' || kind === 'Comment' || read.element)) continue;
    if (kind === 'CaseTheme') caseThemes.set(entityId!, guid);
    else if (kind === 'Comment') {
      if (!isOwn.has(read.held!.noteId as string)) comments.set(entityId!, read.held!.body);
    } else if (!read.element) placeholders.add(entityId!);
    else kept.set(entityId!, read);
  }
  const aside = new Map<string, Element[]>(ASIDE.map((kind) => [kind, []]));
  const there = createThere();
  for (const { kind, content, guid } of view ? [] : await listOrigins(trx, ASIDE)) {
    const { element: one } = JSON.parse(content) as Kept;
    aside.get(kind)!.push(one!);
    if (kind === 'Variable') there.add('Variable', guid, one!.attributes.guid ?? '');
  }
  const [project] = view ? [] : await listOrigins(trx, ['Project']);

  if (view) for (const { id } of themes) guids.set(id, id);
  const guidOf = (id: string): string => writtenGuid(guids.get(id) ?? view?.id(id) ?? id);
  const users = new Set(members.filter(({ id }) => !placeholders.has(id)).map(({ id }) => id));
  const isWritten = ({ id }: { id: string }): boolean => !placeholders.has(id);
  const addAll = (as: Referred, rows: { id: string }[]): void => {
    for (const { id } of rows) there.add(as, raws.get(id) ?? guidOf(id), guidOf(id));
  };
  addAll('User', members.filter(isWritten));
  addAll('Case', agencies.filter(isWritten));
  // A theme of a case is one of its own where the case is not there.
  for (const [id, guid] of caseThemes) if (there.find('Case', guid) === undefined) caseThemes.delete(id);
  addAll(
    'Code',
    themes.filter(({ id }) => !caseThemes.has(id)),
  );
  const byId = new Map(memos.map((memo) => [memo.id, memo]));
  const commented = new Set<string>();
  addAll(
    'Note',
    memos.filter(({ id }) => !comments.has(id)),
  );
  addAll(
    'Note',
    notes.filter(({ id }) => codedNotes.has(id)),
  );
  addAll(
    'source',
    notes.filter(({ id }) => !codedNotes.has(id)),
  );
  addAll(
    'source',
    attachments.filter(({ mediaType }) => isMedia(mediaType)),
  );
  const caseOf = (themeId: string): string | undefined => there.find('Case', caseThemes.get(themeId) ?? '');
  const codeRefs = new Map<string, Element>();
  const refs = new Map<string, Element[]>();
  for (const memo of memos) {
    if (kept.has(memo.id) || comments.has(memo.id)) continue;
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
    sources,
    referredAs: there.as,
    isComment: ({ id, noteId }) => comments.has(id) && (noteId === null || commented.has(id)),
    wasComment: (id) => comments.has(id),
    project: project && (JSON.parse(project.content) as Kept).element,
    isPlaceholder: (id) => placeholders.has(id) || caseThemes.has(id),
    naming: {
      guidOf,
      userOf: (id) => (users.has(id) ? guidOf(id) : undefined),
      codeRef(themeId) {
        const known = codeRefs.get(themeId);
        if (known) return known;
        const made = element('CodeRef', { targetGUID: caseOf(themeId) ?? guidOf(themeId) });
        codeRefs.set(themeId, made);
        return made;
      },
      memoRefs: (subject) => refs.get(subject) ?? [],
      refersTo(guid, by) {
        const kinds: readonly Referred[] = by === 'User' ? ['User'] : (leadsTo(by) ?? []);
        const found = guid === undefined ? [] : kinds.flatMap((kind) => there.find(kind, guid) ?? []);
        return found[0];
      },
      alsoThere: (as, guid) => there.add(as, guid, guid),
      comment(id) {
        const body = byId.get(id)?.body;
        commented.add(id);
        return body === undefined ? undefined : { body, isAsItCame: body === comments.get(id) };
      },
      attachment: (id) => files.get(id),
      isFileWritten: (id) => withSource.has(id),
      isOwnMedia: (attachment) => !withSource.has(attachment.id) && isMedia(attachment.mediaType),
    },
  };
}

/** What can be referred to in the file: how it was called in the file that it came from, and how it is written in this. */
function createThere() {
  const written = new Map<string, string>();
  const kinds = new Map<string, Referred>();
  return {
    add(as: Referred, raw: string, guid: string): void {
      written.set(`${as} ${normaliseGuid(raw)}`, writtenGuid(guid));
      kinds.set(normaliseGuid(guid), as);
    },
    find: (as: Referred, raw: string): string | undefined => written.get(`${as} ${normaliseGuid(raw)}`),
    as: (guid: string): Referred | undefined => kinds.get(guid),
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
