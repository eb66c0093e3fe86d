import { z } from 'zod';
import { counter, id, line, plainText } from '../web/forms.ts';

const fields = {
  title: line({ max: 200, what: 'a title' }),
  body: plainText({ max: 200_000, what: 'the summary' }).refine((text) => text.trim() !== '', {
    error: 'Write the summary',
  }),
};

export const newSummaryForm = z.object({ id: id('Reload the page and try again'), ...fields });
export const summaryForm = z.object({ version: counter(), ...fields });
export const publicationForm = z.object({ version: counter() });

export type NewSummary = z.infer<typeof newSummaryForm>;
export type SummaryChange = z.infer<typeof summaryForm>;
