import type { LeavingExtract, LeavingMemo } from '../extract-source.ts';

/** The memos on a coding as one text, each with who wrote it and when. */
export function memosAsText(memos: readonly LeavingMemo[]): string {
  return memos.map(({ author, writtenAt, body }) => `${author}, ${writtenAt.slice(0, 10)}: ${body}`).join('\n\n');
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

/** The columns of the CSV file, in its order: the names, and the cell of each. */
export const CSV_COLUMNS: readonly [name: string, cell: (extract: LeavingExtract) => string | number | null][] = [
  ['extract_id', ({ id }) => id],
  ['quote', ({ quote }) => quote],
  ['context_before', ({ contextBefore }) => contextBefore],
  ['context_after', ({ contextAfter }) => contextAfter],
  ['theme_path', ({ themePath }) => themePath],
  ['agency_code', ({ agencyCode }) => agencyCode],
  ['phase', ({ phase }) => phase],
  ['visit_date', ({ visitDate }) => visitDate],
  ['note_title', ({ noteTitle }) => noteTitle],
  ['note_revision', ({ revision }) => revision],
  ['paragraph_label', ({ label }) => label],
  ['coder', ({ coder }) => coder],
  ['coded_at', ({ codedAt }) => codedAt],
  ['start', ({ start }) => start],
  ['end', ({ end }) => end],
  ['needs_review', ({ needsReview }) => yesNo(needsReview)],
];
