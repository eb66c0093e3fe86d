import { z } from 'zod';
import { day } from '../extracts/extract-form.ts';
import { PARAGRAPH_LABELS } from '../notes/paragraphs.ts';
import { codePointLength, normaliseNewlines, unstorableCharacter } from '../shared/text.ts';
import { id, optionalText, orNull } from '../web/forms.ts';
import { MOST_TERMS, parseSearch, termsOf } from './search-words.ts';

const choice = (what: string) => orNull(id(`Choose ${what} from the list`));

const MOST_CHARACTERS = 1000;
const inWords = (count: number) => count.toLocaleString('en-GB');

/** What a search page may ask; see SearchRequest. */
export const searchForm = z
  .object({
    q: z
      .preprocess(
        (value) => value ?? '',
        z.string({ error: 'Write all that you look for into the one field: the address has more than one search' }),
      )
      .transform((text) => normaliseNewlines(text).trim())
      .refine((text) => unstorableCharacter(text) === undefined, {
        error: 'The search has a character that no note can have. Type the words anew and search again',
        abort: true,
      })
      .refine((text) => codePointLength(text) <= MOST_CHARACTERS, {
        error: ({ input }) =>
          `Shorten the search to ${inWords(MOST_CHARACTERS)} characters or fewer; it has ${inWords(codePointLength(String(input)))}`,
        abort: true,
      })
      .refine((text) => termsOf(parseSearch(text)).length <= MOST_TERMS, {
        error: `Search for ${MOST_TERMS} words or fewer at once`,
      }),
    agency: choice('an agency'),
    phase: choice('a phase'),
    author: choice('an author'),
    label: orNull(z.enum(PARAGRAPH_LABELS, { error: 'Choose a kind of paragraph from the list' })),
    from: day('the first day'),
    to: day('the last day'),
    order: z.preprocess(
      (value) => (value === '' ? undefined : value) ?? 'relevance',
      z.enum(['relevance', 'date'], { error: 'Choose an order from the list' }),
    ),
  })
  .refine(({ from, to }) => from === null || to === null || from <= to, {
    path: ['to'],
    error: 'The last day is before the first day. Change one of them',
  });

/** The page of the list: after or before the note with this id. */
export const searchPageForm = z.object({ after: id('not a note').optional(), before: id('not a note').optional() });

const RELOAD = 'Reload the page and try again';

/** A found passage, given a theme on the spot. `query` is the search that the page came from, to go back to it. */
export const foundPassageForm = z.object({
  id: id(RELOAD),
  note: id(RELOAD),
  revision: z.coerce.number({ error: RELOAD }).int({ error: RELOAD }).min(1, { error: RELOAD }),
  passage: z
    .string({ error: 'Choose how much to code' })
    .regex(/^\d{1,9}-\d{1,9}$/, { error: 'Choose how much to code' })
    .transform((text) => {
      const [start, end] = text.split('-').map(Number);
      return { start: start!, end: end! };
    }),
  theme: optionalText({ max: 3000, what: 'the theme' })
    .transform((text) => text.trim())
    .refine((text) => text !== '', { error: 'Choose a theme' }),
  query: optionalText({ max: 20_000, what: 'the search' }),
});
