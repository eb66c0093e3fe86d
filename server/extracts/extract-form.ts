import { z } from 'zod';
import { PARAGRAPH_LABELS } from '../notes/paragraphs.ts';
import { id, list, optionalText, orNull } from '../web/forms.ts';

// PostgreSQL knows no year 0, and nobody did fieldwork in it.
const EARLIEST = '1900-01-01';

export function day(what: string) {
  return orNull(
    z.iso
      .date({ error: `Enter ${what} as a real date, for example 2011-11-14` })
      .refine((date) => date >= EARLIEST, { error: `Enter ${what} as a date after 1900` }),
  );
}

export const chosen = (what: string) => list(id(`Choose ${what} from the list`));

/** The filter as the form sends it; see ExtractFilter. */
export const extractFilterForm = z
  .object({
    theme: chosen('themes'),
    agency: chosen('agencies'),
    phase: chosen('phases'),
    coder: chosen('coders'),
    label: list(z.enum(PARAGRAPH_LABELS, { error: 'Choose kinds of paragraph from the list' })),
    from: day('the first day'),
    to: day('the last day'),
    coded_from: day('the first day'),
    coded_to: day('the last day'),
    note: chosen('notes'),
    words: optionalText({ max: 200, what: 'the words to look for' }).transform((text) => text.trim()),
    deidentified: orNull(z.literal('only', { error: 'Choose whether only de-identified notes are wanted' })),
  })
  .refine(({ coded_from: from, coded_to: to }) => from === null || to === null || from <= to, {
    path: ['coded_to'],
    error: 'The last day of coding is before the first day. Change one of them',
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, {
    path: ['to'],
    error: 'The last day is before the first day. Change one of them',
  });

/** The page of the list: after or before the extract with this id. */
export const pageForm = z.object({
  after: id('not an extract').optional(),
  before: id('not an extract').optional(),
});
