import { formatTime } from '../shared/dates.ts';
import type { Draft } from './drafts/draft-queries.ts';
import type { Note, NoteVisit } from './note-queries.ts';
import { type NoteText, countWords } from './note-text.ts';
import { LABELS, UNTITLED, visitView } from './note-view.ts';
import type { Revision } from './revisions/revision-queries.ts';
import { comparisonView } from './revisions/comparison-view.ts';

/** The text in the form and what it stands on: the revision it began from and the version of the draft it is kept as. */
export type EditedText = NoteText & { base: number; version: number };

// Spradley's nine dimensions of a social situation, asked in our own words.
const PROMPTS = [
  { name: 'Space', text: 'What is the place like? Where are people in it?' },
  { name: 'Actors', text: 'Who is here, and in what part?' },
  { name: 'Activities', text: 'What is going on, as a whole?' },
  { name: 'Objects', text: 'What things matter here? Who uses them?' },
  { name: 'Acts', text: 'Which single things did somebody do?' },
  { name: 'Events', text: 'Did this belong to something planned or repeated?' },
  { name: 'Time', text: 'In what order, how long, how often?' },
  { name: 'Goals', text: 'What did people seem to want to bring about?' },
  { name: 'Feelings', text: 'What was felt and shown, by whom?' },
];

/** What the writer's own words are: the draft while there is one, else the newest revision. */
export function editedText(note: Note, draft: Draft | undefined): EditedText {
  if (draft && !draft.discarded)
    return { title: draft.title, body: draft.body, base: draft.base, version: draft.version };
  return {
    title: note.title ?? '',
    body: note.body ?? '',
    base: note.latestRevision,
    version: draft?.version ?? 0,
  };
}

/** The page on which a note is written. */
export function noteEditView(
  { note, visit, draft }: { note: Note; visit: NoteVisit; draft: Draft | undefined },
  place: { path: string; timeZone: string; member: string; newId: string },
) {
  const path = `${place.path}/notes/${note.id}`;
  const isDraft = draft !== undefined && !draft.discarded;
  return {
    id: note.id,
    path,
    title: note.title ?? UNTITLED,
    visit: visitView(visit, place),
    member: place.member,
    newId: place.newId,
    isNew: note.latestRevision === 0,
    isFinished: note.completedAt !== null,
    latest: note.latestRevision,
    labels: LABELS,
    prompts: PROMPTS,
    draft: isDraft
      ? { saved: formatTime(draft.savedAt, place.timeZone), version: draft.version, differs: note.latestRevision > 0 }
      : undefined,
    // Somebody saved after these words were begun: better told now than on saving.
    behind:
      isDraft && draft.base < note.latestRevision
        ? { by: note.savedBy, href: path, from: draft.base, to: note.latestRevision }
        : undefined,
    words: countWords(isDraft ? draft.body : (note.body ?? '')).toLocaleString('en-GB'),
  };
}

/** Both texts of a save that came second, with their differences. */
export function staleView(mine: NoteText, theirs: Revision, timeZone: string) {
  return {
    by: theirs.savedBy,
    saved: formatTime(theirs.savedAt, timeZone),
    number: theirs.number,
    title: theirs.title,
    body: theirs.body,
    comparison: comparisonView(theirs, mine, {
      removed: `only in the text of ${theirs.savedBy}`,
      added: 'only in your text',
    }),
  };
}
