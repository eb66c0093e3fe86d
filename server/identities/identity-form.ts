import { z } from 'zod';
import { line, optionalText, plainText } from '../web/forms.ts';
import { LOOK_REASONS } from './identity.ts';

const VERSION_ERROR = 'Reload the page and try again';

export const lookForm = z.object({
  reason: z.enum(LOOK_REASONS, { error: 'Choose why you look' }),
});

const optionalLine = (max: number, what: string) =>
  z.preprocess((value) => value ?? '', plainText({ max, what })).transform((text) => text.replace(/\s+/g, ' ').trim());

/** `version` 0: nothing is kept yet. Other names come one a line. */
export const identityForm = z.object({
  version: z.coerce
    .number({ error: VERSION_ERROR })
    .int({ error: VERSION_ERROR })
    .min(0, { error: VERSION_ERROR })
    .max(2_147_483_647, { error: VERSION_ERROR }),
  fullName: line({ max: 200, what: 'the full name' }),
  otherNames: optionalText({ max: 2000, what: 'the other names' }).transform((text) =>
    text
      .split('\n')
      .map((name) => name.replace(/\s+/g, ' ').trim())
      .filter((name) => name !== ''),
  ),
  born: optionalLine(100, 'the date of birth'),
  contact: optionalText({ max: 5000, what: 'the contact details' }),
  remark: optionalText({ max: 5000, what: 'the remark' }),
});
export type IdentityChange = z.infer<typeof identityForm>;
