import { z } from 'zod';
import { id, line } from '../web/forms.ts';

export const newStudyForm = z.object({
  id: id('Reload the page and try again'),
  name: line({ max: 200, what: 'a name for the study' }),
  // A box that is not ticked is not sent.
  secondStep: z.literal('on').optional(),
  // The careful choice, where none is made.
  rawNotesReadBy: z.enum(['author', 'team']).catch('author'),
});

export const RAW_NOTE_READERS = ['author', 'team'] as const;
/** Who reads a note before it is de-identified: its author and the lead, or the whole team. */
export type RawNoteReaders = (typeof RAW_NOTE_READERS)[number];

export const rawNoteRuleForm = z.object({
  rawNotesReadBy: z.enum(RAW_NOTE_READERS, { error: 'Choose who reads notes that are not de-identified' }),
});

export const secondStepRuleForm = z.object({ secondStep: z.literal('on').optional() });
