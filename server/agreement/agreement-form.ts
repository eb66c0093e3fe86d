import { z } from 'zod';
import { id, list, plainText } from '../web/forms.ts';

const RELOAD = 'Open the comparison again and try once more';
const place = z.coerce.number({ error: RELOAD }).int({ error: RELOAD }).min(0, { error: RELOAD }).max(10_000_000);

export const comparisonForm = z.object({
  coders: list(id('Choose coders from the list'))
    .transform((coders) => [...new Set(coders)])
    .refine((coders) => coders.length !== 1, { error: 'Choose two or more coders, or none to compare all of them' }),
  agency: z.uuid().optional().catch(undefined),
  phase: z.uuid().optional().catch(undefined),
  text: z.enum(['whole', 'on']).default('whole').catch('whole'),
  only: z.literal('independent').optional().catch(undefined),
});

/** The first disagreement of a page comes after this place and theme. */
export const pageForm = z.object({
  after: z
    .string()
    .regex(/^\d{1,8}-[0-9a-f-]{36}$/)
    .optional()
    .catch(undefined),
});

/** `both`: both readings stand. `adopt`: as one coder has it. `none`: the theme is not given here. */
const choice = z
  .string({ error: 'Choose how to settle it' })
  .regex(/^(both|none|adopt:[0-9a-f-]{36})$/, { error: 'Choose how to settle it' })
  .transform((text) => {
    const [kind, adopted = null] = text.split(':');
    return { kind: kind as 'both' | 'adopt' | 'none', adopted };
  });

export const settlementForm = z.object({
  id: id(RELOAD),
  revision: id(RELOAD),
  theme: id(RELOAD),
  start: place,
  end: place,
  choice,
  reason: plainText({ max: 5000, what: 'the reason' })
    .transform((text) => text.trim())
    .refine((text) => text !== '', { error: 'Enter the reason' }),
});
export type SettlementForm = z.infer<typeof settlementForm>;
