import { formatDateTime } from '../shared/dates.ts';
import { codePointLength, sliceCodePoints } from '../shared/text.ts';
import { type Subject, SUBJECT_KINDS, type SubjectKind } from './memo.ts';
import type { ShownMemo } from './memo-queries.ts';

/** Who reads, and under which path of which study. */
export type MemoReader = { path: string; timeZone: string; membershipId: string; role: string };

const QUOTE = 200;
const KINDS: Record<SubjectKind, string> = { note: 'Notes', theme: 'Themes', coding: 'Codings', study: 'The study' };

/** What memos/_memos.hbs shows: the memos on something, and the form that adds one. */
export function memosView(
  memos: readonly ShownMemo[],
  { subject, newId }: { subject: Subject; newId: string },
  reader: MemoReader,
) {
  return {
    items: memos.map((memo) => memoView(memo, reader)),
    add: addView(subject, newId, reader),
  };
}

export function addView(subject: Subject, newId: string, { path }: Pick<MemoReader, 'path'>) {
  return { action: `${path}/memos`, id: newId, kind: subject.kind, subject: 'id' in subject ? subject.id : '' };
}

export function memoView(memo: ShownMemo, { path, timeZone, membershipId, role }: MemoReader) {
  const base = `${path}/memos/${memo.id}`;
  const mayChange = memo.authorId === membershipId || role === 'lead';
  return {
    id: memo.id,
    version: memo.version,
    body: memo.body,
    author: memo.authorId === membershipId ? 'You' : memo.author,
    when: formatDateTime(memo.writtenAt, timeZone),
    changed: memo.changedAt
      ? `changed ${formatDateTime(memo.changedAt, timeZone)}${memo.changedBy === memo.author ? '' : ` by ${memo.changedBy}`}`
      : '',
    edit: mayChange ? `${base}/edit` : undefined,
    action: base,
    remove: mayChange ? `${base}/removal` : undefined,
  };
}

/** Where a memo is read: chosen from what it is on, never from an address that was sent. */
export function memoPlace(memo: Pick<ShownMemo, 'kind' | 'noteId' | 'themeId' | 'codingId'>, path: string): string {
  switch (memo.kind) {
    case 'note':
      return `${path}/notes/${memo.noteId}#memos`;
    case 'theme':
      return `${path}/themes/${memo.themeId}#memos`;
    case 'coding':
      return `${path}/notes/${memo.noteId}/coding#passage-${memo.codingId}`;
    case 'study':
      return `${path}/memos`;
  }
}

/** The page of all memos, the latest first. */
export function memoListView(
  memos: readonly ShownMemo[],
  { kind, newId, newer, older }: { kind: SubjectKind | undefined; newId: string; newer?: string; older?: string },
  reader: MemoReader,
) {
  const base = `${reader.path}/memos`;
  return {
    items: memos.map((memo) => ({
      ...memoView(memo, reader),
      on: onWords(memo),
      quote: memo.quote === null ? '' : shortened(memo.quote),
      href: memo.kind === 'study' ? '' : memoPlace(memo, reader.path),
    })),
    kinds: [
      { text: 'All', href: base, isCurrent: kind === undefined },
      ...SUBJECT_KINDS.map((each) => ({ text: KINDS[each], href: `${base}?kind=${each}`, isCurrent: each === kind })),
    ],
    add: addView({ kind: 'study' }, newId, reader),
    newer,
    older,
  };
}

export function onWords(memo: Pick<ShownMemo, 'kind' | 'noteTitle' | 'themeName'>): string {
  switch (memo.kind) {
    case 'note':
      return memo.noteTitle ?? 'Note without a title';
    case 'theme':
      return `Theme “${memo.themeName}”`;
    case 'coding':
      return `“${memo.themeName}” in ${memo.noteTitle ?? 'a note without a title'}`;
    case 'study':
      return 'The study';
  }
}

function shortened(text: string): string {
  return codePointLength(text) <= QUOTE ? text : `${sliceCodePoints(text, 0, QUOTE).trimEnd()}…`;
}
