import { formatDateTime, formatTime } from '../../shared/dates.ts';
import type { Note } from '../note-queries.ts';
import type { Draft } from './draft-queries.ts';

// What the editor in the browser is told. Times are worded here, in the study's time zone.

/** The writer's draft on the server, or null. */
export function draftView(draft: Draft | undefined, timeZone: string) {
  if (!draft || draft.discarded) return null;
  const { title, body, base, version, savedAt } = draft;
  return { title, body, base, version, time: formatTime(savedAt, timeZone) };
}

/** The newest revision, or null before the first. */
export function latestView(note: Note, timeZone: string) {
  if (note.latestRevision === 0) return null;
  return {
    number: note.latestRevision,
    title: note.title,
    body: note.body,
    savedBy: note.savedBy,
    saved: note.savedAt ? formatDateTime(note.savedAt, timeZone) : '',
  };
}

/** The answer to an autosave that was kept. */
export function keptView({ version, savedAt, note }: { version: number; savedAt: Date; note: Note }, timeZone: string) {
  return {
    version,
    savedAt: savedAt.toISOString(),
    time: formatTime(savedAt, timeZone),
    latest: note.latestRevision,
    latestBy: note.savedBy,
  };
}
