import { z } from 'zod';
import { id } from '../web/forms.ts';
import { STATES } from './deidentification/state.ts';

export const NOTE_STATES = ['unfinished', 'finished', 'mine', 'removed'] as const;
/** `mine`: notes in which the reader has words that are not saved yet. */
export type NoteState = (typeof NOTE_STATES)[number];

export const newNoteForm = z.object({ id: id('Go back, reload the page and begin the note again') });

// An address that was cut off or bent shows the whole list rather than an error: the selects say what is shown.
const anyId = z.uuid().optional().catch(undefined);

export const noteListForm = z.object({
  agency: anyId,
  phase: anyId,
  author: anyId,
  step: z.enum(STATES).optional().catch(undefined),
  state: z.enum(NOTE_STATES).optional().catch(undefined),
  after: anyId,
  before: anyId,
});

/** `after` and `before` are ids of notes: the page that follows one, or comes before it. */
export type NoteListFilter = z.infer<typeof noteListForm>;
