/** How far a note has come on its way to being shown: each step follows the one before. */
export const STATES = ['raw', 'de-identified', 'checked', 'releasable'] as const;
export type DeidentificationState = (typeof STATES)[number];

/** What people read for each, with the colour of its tag. */
export const STATE_WORDS: Record<DeidentificationState, { text: string; tag: string }> = {
  raw: { text: 'Raw', tag: 'govuk-tag--red' },
  'de-identified': { text: 'De-identified', tag: 'govuk-tag--yellow' },
  checked: { text: 'Checked', tag: 'govuk-tag--turquoise' },
  releasable: { text: 'Releasable', tag: 'govuk-tag--green' },
};

/** What to say where the newest text is kept for others. */
export const KEPT =
  'This note has not been de-identified yet. Until it is, only its author and the lead of the study can read it.';

/** Whether a note has a text that the reader may not see: there is a revision, and the database did not give it. */
export function isKept(note: { latestRevision: number; revisionId: string | null }): boolean {
  return note.latestRevision > 0 && note.revisionId === null;
}
