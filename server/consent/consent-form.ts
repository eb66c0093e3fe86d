import { z } from 'zod';
import { counter, optionalText, orNull } from '../web/forms.ts';
import { GIVEN, WAYS } from './consent.ts';

export const consentForm = z.object({
  version: counter(),
  visit: orNull(z.uuid({ error: 'Choose one of their visits' })),
  consent: z.enum(GIVEN, { error: 'Choose what they said' }),
  givenOn: orNull(z.iso.date({ error: 'Enter the day on which they said it, or leave it empty' })),
  how: orNull(z.enum(WAYS, { error: 'Choose how they said it, or leave it open' })),
  formVersion: optionalText({ max: 100, what: 'the version of the form' }),
  note: optionalText({ max: 2000, what: 'the remark' }),
});
export type ConsentEntry = z.infer<typeof consentForm>;

export const markForm = z.object({
  start: z.coerce.number().int().min(0).max(2_147_483_647),
  participant: z.uuid({ error: 'Choose a participant' }).transform((value) => value.toLowerCase()),
  about: z.enum(['yes', 'no', 'unsaid'], { error: 'Say whether the paragraph is about them' }),
});
