import { z } from 'zod';
import { TITLE_LIMIT } from '../notes/note-text.ts';
import { id, line } from '../web/forms.ts';

/** The field beside the files. */
export const newNoteImportForm = z.object({ id: id('Reload the page and choose the files again') });

/** One visit for many documents. */
export const visitsForm = z.object({
  visit: id('Choose a visit'),
  which: z.enum(['without', 'all'], { error: 'Choose which documents' }),
});

/** What somebody decides about one document. */
export const documentForm = z.object({
  title: line({ max: TITLE_LIMIT, what: 'a title for the note' }),
  visit: z.preprocess((value) => (value === '' ? undefined : value), id('Choose a visit').optional()),
  decision: z.enum(['import', 'leave-out'], { error: 'Choose whether it becomes a note' }),
});

/** How the names of documents say which visit they are about. */
export const patternForm = z.object({ pattern: line({ max: 200, what: 'a pattern, for example {agency}_{date}' }) });
