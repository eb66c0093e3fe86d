import { z } from 'zod';
import { id, list } from '../web/forms.ts';

const RELOAD = 'Reload the page and try again';
const MOST = 200;

const common = {
  id: id(RELOAD),
  coders: list(id('Choose coders from the list'))
    .transform((coders) => [...new Set(coders)])
    .refine((coders) => coders.length >= 2, { error: 'Choose two or more coders' }),
};

export const assignmentForm = z.object({ ...common, note: id('Choose a note') });

/** Which notes to choose from; what is no id means all. */
export const candidateFilter = z.object({
  agency: z.uuid().optional().catch(undefined),
  phase: z.uuid().optional().catch(undefined),
});

export const pageForm = z.object({ after: z.uuid().optional().catch(undefined) });

const count = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim() : value) || '0',
  z
    .string()
    .regex(/^\d{1,4}$/, { error: 'Enter a whole number, such as 2, or leave it empty' })
    .transform(Number),
);

/** `cells` are the names of the fields, one for each agency and phase that notes can be drawn from. */
export function drawForm(cells: readonly string[]) {
  return z
    .object({ ...common, ...Object.fromEntries(cells.map((cell) => [cell, count])) })
    .superRefine((values, context) => {
      const total = cells.reduce((sum, cell) => sum + Number((values as Record<string, unknown>)[cell]), 0);
      if (total === 0)
        context.addIssue({
          code: 'custom',
          path: ['draw'],
          message: 'Enter how many notes to draw, in one place or more',
        });
      if (total > MOST)
        context.addIssue({ code: 'custom', path: ['draw'], message: `Draw ${MOST} notes or fewer at a time` });
    })
    .transform((values) => ({
      id: values.id,
      coders: values.coders,
      counts: new Map(cells.map((cell) => [cell, Number((values as Record<string, unknown>)[cell])])),
    }));
}
