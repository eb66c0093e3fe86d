import { z } from 'zod';
import { id, line, optionalText } from '../../web/forms.ts';

/** `id` is made by the page, so that sending twice names one version. */
export const versionForm = z.object({
  id: id('Reload the page and try again'),
  name: line({ max: 200, what: 'a name' }),
  note: optionalText({ max: 10_000, what: 'the note' }),
});

const number = z.coerce.number().int().min(1).max(1_000_000_000);

/** Two versions by number; without `to`, or with "now", the codebook as it is. */
export const comparisonForm = z.object({
  from: number,
  to: z.union([z.literal('now').transform(() => undefined), number]).optional(),
});

export type NewVersion = z.infer<typeof versionForm>;
