import { formatDate, formatDateTime, formatMinutes, formatSpan } from '../shared/dates.ts';
import { type MemoReader, memosView } from '../memos/memo-view.ts';
import type { ShownMemo } from '../memos/memo-queries.ts';
import type { Note, NoteVisit } from './note-queries.ts';
import { isKept, KEPT, STATE_WORDS } from './deidentification/state.ts';
import { countWords } from './note-text.ts';
import { paragraphsOf, type ParagraphLabel } from './paragraphs.ts';

export const LABELS: { label: ParagraphLabel; name: string; hint: string }[] = [
  { label: 'ON', name: 'Observation', hint: 'what you saw and heard' },
  { label: 'TN', name: 'Theoretical', hint: 'what it may mean' },
  { label: 'MN', name: 'Methodological', hint: 'how you worked' },
  { label: 'PN', name: 'Personal', hint: 'how it was for you' },
];
const NAMES = new Map(LABELS.map(({ label, name }) => [label, name]));

/** Before its first revision a note has no title. */
export const UNTITLED = 'Note without a title';

/** The paragraphs of a body as a page shows them: number, label, and the words after the label. */
export function paragraphsView(body: string, withheld: ReadonlySet<number> = new Set()) {
  return paragraphsOf(body).map(({ number, label, text, start }) => {
    const words = text.replace(/^(ON|TN|MN|PN):[ \t]*/, '');
    const implied = words === text && label === 'ON';
    return { number, label, labelName: NAMES.get(label), implied, text: words, isWithheld: withheld.has(start) };
  });
}

/** "Finished 2 days 4 hours after the visit ended": how long the writing-up took. */
export function lagWords(minutes: number): string {
  return minutes < 0
    ? `${formatMinutes(-minutes)} before the visit was due to end`
    : `${formatMinutes(minutes)} after the visit ended`;
}

/** How far a note has come, in words and as a GOV.UK tag. */
export function noteState(note: { completedAt: Date | null; latestRevision: number }): { text: string; tag: string } {
  if (note.completedAt !== null) return { text: 'Finished', tag: 'govuk-tag--green' };
  if (note.latestRevision === 0) return { text: 'Not saved yet', tag: 'govuk-tag--grey' };
  return { text: 'Being written', tag: 'govuk-tag--blue' };
}

/** Where and when, as shown above a note. */
export function visitView(visit: NoteVisit, place: { path: string; timeZone: string }) {
  return {
    href: `${place.path}/visits/${visit.id}`,
    agency: visit.agencyName,
    phase: visit.phase,
    setting: visit.setting,
    date: formatDate(visit.startsAt, place.timeZone),
    times: formatSpan(visit.startsAt, visit.endsAt, place.timeZone),
    observers: visit.observers.join(', '),
  };
}

/** The page of one note: its text and what is known about it. */
export function noteView(note: Note, place: { path: string; timeZone: string }, withheld: ReadonlySet<number>) {
  const words = countWords(note.body ?? '');
  return {
    id: note.id,
    path: `${place.path}/notes/${note.id}`,
    title: note.title ?? UNTITLED,
    paragraphs: paragraphsView(note.body ?? '', withheld),
    isEmpty: note.latestRevision === 0,
    kept: isKept(note) ? KEPT : undefined,
    deidentification: note.latestRevision === 0 ? undefined : STATE_WORDS[note.deidentification],
    isRaw: note.latestRevision > 0 && note.deidentification === 'raw',
    words: `${words.toLocaleString('en-GB')} ${words === 1 ? 'word' : 'words'}`,
    author: note.author,
    begun: formatDateTime(note.createdAt, place.timeZone),
    revision: note.latestRevision,
    savedBy: note.savedBy,
    saved: note.savedAt ? formatDateTime(note.savedAt, place.timeZone) : undefined,
    state: noteState(note),
    isFinished: note.completedAt !== null,
    finished: note.completedAt ? formatDateTime(note.completedAt, place.timeZone) : undefined,
    finishedBy: note.completedBy,
    lag: note.lagMinutes === null ? undefined : lagWords(note.lagMinutes),
  };
}

/** The memos on a note, and the form that adds one. */
export function noteMemosView(memos: ShownMemo[], given: { noteId: string; newId: string }, reader: MemoReader) {
  return memosView(memos, { subject: { kind: 'note', id: given.noteId }, newId: given.newId }, reader);
}

/** What the page says of codings whose words an edit has changed; undefined when there are none. */
export function needReviewWords(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? 'One coding lost its words when the note was edited, and waits for review.'
    : `${count} codings lost their words when the note was edited, and wait for review.`;
}
