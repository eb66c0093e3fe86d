import { z } from 'zod';
import { id, line, orNull } from '../web/forms.ts';
import { DATA_CLASSES, DISPOSABLE } from './retention.ts';

export const reviewForm = z.object({
  id: id('Reload the page and try again'),
  class: z.enum(DATA_CLASSES, { error: 'Choose what to keep longer' }),
  reviewOn: z.iso.date({ error: 'Enter the day on which to look at it again' }),
  reason: line({ max: 2000, what: 'the reason' }),
});
export const disposalForm = z.object({
  id: id('Reload the page and try again'),
  class: z.enum(DISPOSABLE, { error: 'Choose what to dispose of' }),
  reason: line({ max: 2000, what: 'the reason' }),
  /** Only before the review date. */
  early: orNull(line({ max: 2000, what: 'why it cannot wait' })),
});
export const confirmationForm = z.object({
  word: z.preprocess(
    (value) => (value === 'dispose' ? value : undefined),
    z.literal('dispose', { error: 'Type the word dispose' }),
  ),
  digest: z.string({ error: 'Reload the page and read it again' }),
});
export type NewReview = z.infer<typeof reviewForm>;
export type NewDisposal = z.infer<typeof disposalForm>;
