import { z } from 'zod';
import { chosen, day } from '../extracts/extract-form.ts';
import { id, line, orNull } from '../web/forms.ts';
import { REACHES, RELATIONS } from './theme-query.ts';

const RELOAD = 'Reload the page and try again';
const otherwise = (value: string) => (given: unknown) => (given === '' || given === undefined ? value : given);

const fields = {
  a: chosen('themes').refine((themes) => themes.length > 0, { error: 'Choose at least one theme to look for' }),
  relation: z.preprocess(
    otherwise('alone'),
    z.enum(RELATIONS, { error: 'Choose how the two sides stand to each other' }),
  ),
  b: chosen('themes'),
  words: z.preprocess(
    otherwise('10'),
    z.coerce
      .number({ error: 'Enter the number of words as a whole number from 0 to 500' })
      .int({ error: 'Enter the number of words as a whole number from 0 to 500' })
      .min(0, { error: 'Enter the number of words as a whole number from 0 to 500' })
      .max(500, { error: 'Enter the number of words as a whole number from 0 to 500' }),
  ),
  not: chosen('themes'),
  reach: z.preprocess(otherwise('overlapping'), z.enum(REACHES, { error: 'Choose how far “but not” reaches' })),
  roll: z.preprocess(otherwise('yes'), z.enum(['yes', 'no'], { error: 'Choose whether sub-themes count' })),
  coder: chosen('coders'),
  agency: chosen('agencies'),
  phase: chosen('phases'),
  from: day('the first day'),
  to: day('the last day'),
  deidentified: orNull(z.literal('only', { error: 'Choose whether only de-identified notes are wanted' })),
};

type Checked = { relation: string; b: string[]; from: string | null; to: string | null };
const hasOther = ({ relation, b }: Checked) => relation === 'alone' || b.length > 0;
const OTHER = { path: ['b'], error: 'Choose at least one theme for the other side' };
const usesOther = ({ relation, b }: Checked) => relation !== 'alone' || b.length === 0;
const UNUSED = { path: ['relation'], error: 'Choose how they stand, or untick the other side' };
const inOrder = ({ from, to }: Checked) => from === null || to === null || from <= to;
const ORDER = { path: ['to'], error: 'The last day is before the first day. Change one of them' };

/** A question on themes; see ThemeQuery. */
export const themeQueryForm = z.object(fields).refine(hasOther, OTHER).refine(usesOther, UNUSED).refine(inOrder, ORDER);

const name = line({ max: 200, what: 'a name for the query' });

export const newSavedQueryForm = z
  .object({ ...fields, name, id: id(RELOAD) })
  .refine(hasOther, OTHER)
  .refine(usesOther, UNUSED)
  .refine(inOrder, ORDER);

export const savedQueryForm = z
  .object({ ...fields, name, version: z.coerce.number({ error: RELOAD }).int({ error: RELOAD }) })
  .refine(hasOther, OTHER)
  .refine(usesOther, UNUSED)
  .refine(inOrder, ORDER);

/** The page of results: after or before the passage with this coding and place, "id.start.end". */
const edge = z
  .string()
  .regex(/^[0-9a-f-]{36}\.\d{1,9}\.\d{1,9}$/i)
  .transform((text) => {
    const [coding, start, end] = text.split('.');
    return { id: coding!.toLowerCase(), start: Number(start), end: Number(end) };
  })
  .refine(({ id: coding }) => z.uuid().safeParse(coding).success);
export const resultPageForm = z.object({ after: edge.optional(), before: edge.optional() });

/** The file of a query's picture. */
export const queryPictureFileForm = z.object({ format: z.enum(['svg', 'png', 'csv']) });
