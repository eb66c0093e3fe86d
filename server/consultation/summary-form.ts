import { z } from 'zod';
import { counter, id, line, optionalText, plainText } from '../web/forms.ts';
import { KEEP_REASONS, type PublicationAnswer } from './publication.ts';

const fields = {
  title: line({ max: 200, what: 'a title' }),
  body: plainText({ max: 200_000, what: 'the summary' }).refine((text) => text.trim() !== '', {
    error: 'Write the summary',
  }),
};

export const newSummaryForm = z.object({ id: id('Reload the page and try again'), ...fields });
export const summaryForm = z.object({ version: counter(), ...fields });

const RELOAD = 'Open the summary again before you publish it';
// One field for each known name, in their order: an empty one counts, unlike in list().
function rows<S extends z.ZodType>(item: S) {
  return z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
}

/** What is published, and what was said about what was found in it: `words` and `keep` come once for each known name. */
export const publicationForm = z
  .object({
    version: counter(RELOAD),
    seen: optionalText({ max: 64, what: 'what was seen' }),
    read: z.preprocess((value) => value === 'yes', z.boolean()),
    words: rows(optionalText({ max: 1000, what: 'the words' })),
    keep: rows(
      z.preprocess((value) => (value === '' ? undefined : value), z.enum(KEEP_REASONS, { error: RELOAD }).optional()),
    ),
  })
  .refine(({ words, keep }) => words.length === keep.length, { error: RELOAD, path: ['form'] })
  .transform(({ version, seen, read, words, keep }): PublicationAnswer => ({
    version,
    seen,
    isRead: read,
    kept: words.map((one, index) => ({ words: one, reason: keep[index] })),
  }));

export type NewSummary = z.infer<typeof newSummaryForm>;
export type SummaryChange = z.infer<typeof summaryForm>;
