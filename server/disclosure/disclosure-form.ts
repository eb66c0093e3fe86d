import { z } from 'zod';
import { extractFilterForm } from '../extracts/extract-form.ts';
import { id, line, optionalText, plainText } from '../web/forms.ts';
import { FORMATS } from './formats.ts';

const choice = <const T extends readonly [string, ...string[]]>(values: T, error: string) => z.enum(values, { error });

/** The filter of the page that the export was asked for on, for whom it is, and how things are to look in it. */
export const newDisclosureForm = extractFilterForm
  .safeExtend({
    id: id('Reload the page and try again'),
    format: choice(FORMATS, 'Choose what to make'),
    recipient: line({ max: 200, what: 'who receives it' }),
    purpose: plainText({ max: 2000, what: 'what it is for' }).refine((text) => text.trim() !== '', {
      error: 'Enter what it is for',
    }),
    agencies: choice(['masked', 'code'], 'Choose how agencies appear'),
    coders: choice(['number', 'initials'], 'Choose how coders appear'),
    member_names: choice(['replaced', 'kept'], 'Choose what happens to names of the team'),
    dates: choice(['month', 'day'], 'Choose how exact dates are'),
    notes: choice(['releasable', 'every'], 'Choose which notes may leave'),
    unreleased_reason: optionalText({ max: 2000, what: 'why notes that were not released may leave' }),
    byte_order_mark: z
      .literal('yes', { error: 'Choose whether the file is for Excel' })
      .optional()
      .transform((value) => value === 'yes'),
  })
  .refine(({ notes, unreleased_reason: reason }) => notes !== 'every' || reason.trim() !== '', {
    path: ['unreleased_reason'],
    error: 'Enter why notes that were not released may leave; the reason is kept on record',
  });

/** The filter that a new one begins with. */
export const beginningForm = extractFilterForm;

export const confirmationForm = z.object({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/, { error: 'Look through the preview again' }),
  seen: z.literal('yes', { error: 'Say that you have looked through the preview' }),
  reason: optionalText({ max: 2000, what: 'why it may leave as it is' }),
  accepted: z
    .preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(z.string().max(30)).max(20))
    .catch([]),
});

export type NewDisclosureForm = z.infer<typeof newDisclosureForm>;
