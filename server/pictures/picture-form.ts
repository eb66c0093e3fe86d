import { z } from 'zod';
import { id, list } from '../web/forms.ts';

const chosen = (what: string) => list(id(`Choose ${what} from the list`));
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, first: NoInfer<T[number]>) =>
  z.enum(values, { error: 'Choose one of the ways to draw it' }).default(first);

/** What a picture is asked for with. Each picture looks at the fields that mean something to it. */
export const pictureForm = z.object({
  agency: chosen('agencies'),
  phase: chosen('phases'),
  coder: chosen('coders'),
  /** Numbers of codings, or the same for every 1,000 words of the notes. */
  measure: oneOf(['codings', 'rate'], 'codings'),
  /** All themes, or only those at the top, with what is below them. */
  depth: oneOf(['all', 'top'], 'all'),
  /** Where two themes have to meet. */
  within: oneOf(['passage', 'note'], 'passage'),
  /** Which day of a coding counts. */
  by: oneOf(['visited', 'coded'], 'visited'),
});

export type PictureRequest = z.infer<typeof pictureForm>;

/** A picture's file: `size` is the layout, `download` whether it is to be kept rather than shown. */
export const pictureFileForm = pictureForm.extend({
  format: z.enum(['svg', 'png', 'csv'], { error: 'Choose SVG, PNG or CSV' }),
});

/** A page of the pairs of passages of two themes: those after this pair. */
export const pairPageForm = z.object({
  agency: chosen('agencies'),
  phase: chosen('phases'),
  coder: chosen('coders'),
  within: oneOf(['passage', 'note'], 'passage'),
  after: z
    .string()
    .regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/)
    .transform((both) => both.split('.') as [string, string])
    .pipe(z.tuple([z.uuid(), z.uuid()]))
    .optional(),
});
