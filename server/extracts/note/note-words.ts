import { formatCalendarDate } from '../../shared/dates.ts';
import { factsOf } from '../formats/description-words.ts';
import type { NoteSource, NumberedCoding } from './note-source.ts';

/** What is known of the export and of the note, line by line. */
export function noteFacts({ description, note, codings, filesLeft = [] }: NoteSource): [string, string][] {
  return factsOf(
    { ...description, filter: [{ field: 'Note', text: note.title }] },
    ['Agency', agencyWords(note)],
    ['Visit', `${formatCalendarDate(note.visitDate)}, ${note.phase}, ${note.setting}`],
    ['Written by', note.author],
    ['Text', `Revision ${note.revision}, saved ${dayOrMonth(note.savedAt.slice(0, 10))}`],
    ['Codings', codings.length.toLocaleString('en-GB')],
    ...(filesLeft.length > 0 ? [['Stays with the team', filesLeft.join('\n')] as [string, string]] : []),
  );
}

// Outside the team an agency is called by its letter or its code alone.
function agencyWords({ agencyName, agencyCode }: { agencyName: string; agencyCode: string }): string {
  const isOne = agencyName === agencyCode || agencyName === `Agency ${agencyCode}`;
  return isOne ? agencyName : `${agencyName} (${agencyCode})`;
}

/** "on 14 November 2011", or "in November 2011" where the day stays inside. */
function dayOrMonth(date: string): string {
  return `${date.length === 7 ? 'in' : 'on'} ${formatCalendarDate(date)}`;
}

/** "Ann Other, 3 May 2012" */
export function coderLine({ coder, codedAt }: NumberedCoding): string {
  return `${coder}, ${formatCalendarDate(codedAt.slice(0, 10))}`;
}

export const PLACELESS = 'Codings that need review';
export const PLACELESS_HINT = 'Their words are of an older text, and are not exactly in this one.';
