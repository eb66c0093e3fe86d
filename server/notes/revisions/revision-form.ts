import { z } from 'zod';
import { id, line, plainText } from '../../web/forms.ts';
import { BODY_LIMIT, TITLE_LIMIT } from '../note-text.ts';

const NUMBER = z.coerce.number({ error: 'Reload the page and try again' }).int().min(0).max(1_000_000_000);

/** `base` is the revision that was opened; `version` the draft that these words were kept as, 0 for none. */
export const revisionForm = z.object({
  id: id('Reload the page and try again'),
  title: line({ max: TITLE_LIMIT, what: 'a title' }),
  body: plainText({ max: BODY_LIMIT, what: 'the note' }).refine((text) => text.trim() !== '', {
    error: 'Write the note',
  }),
  base: NUMBER,
  version: NUMBER.default(0),
});
export type RevisionChange = z.infer<typeof revisionForm>;

export const finishForm = z.object({ finish: z.literal('yes').optional().catch(undefined) });

export const restorationForm = z.object({ id: id('Go back, reload the page and try again'), base: NUMBER });
export type Restoration = z.infer<typeof restorationForm>;

export const comparisonForm = z.object({ from: NUMBER.min(1), to: NUMBER.min(1) });
