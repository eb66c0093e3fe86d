import { z } from 'zod';
import { id, line, optionalText } from '../web/forms.ts';
import { DIRECTIONS } from './theme-tree.ts';

const COLOUR = /^#[0-9a-f]{6}$/i;

const fields = {
  name: line({ max: 200, what: 'a name' }),
  parent: z.preprocess(
    (value) => (value === undefined || value === '' ? null : value),
    z.nullable(id('Choose the theme it belongs under')),
  ),
  definition: optionalText({ max: 10_000, what: 'the definition' }),
  whenToUse: optionalText({ max: 10_000, what: 'when to use it' }),
  whenNotToUse: optionalText({ max: 10_000, what: 'when not to use it' }),
  example: optionalText({ max: 10_000, what: 'the example' }),
  colour: z.string({ error: 'Choose a colour' }),
  otherColour: z.string().optional(),
};

function withColour<T extends { colour: string; otherColour?: string | undefined }>(
  values: T,
  context: z.RefinementCtx,
) {
  const { otherColour, ...rest } = values;
  const colour = (values.colour === 'other' ? (otherColour ?? '') : values.colour).toLowerCase();
  if (!COLOUR.test(colour)) context.addIssue({ code: 'custom', path: ['colour'], message: 'Choose a colour' });
  return { ...rest, colour };
}

export const newThemeForm = z
  .object({ id: id('Reload the page and try again'), ...fields })
  .transform((values, context) => withColour(values, context));
export const themeForm = z
  .object({ version: z.coerce.number({ error: 'Reload the page and try again' }).int().min(1), ...fields })
  .transform((values, context) => withColour(values, context));
export const positionForm = z.object({ direction: z.enum(DIRECTIONS, { error: 'Choose where to move it' }) });

export type NewTheme = z.infer<typeof newThemeForm>;
export type ThemeChange = z.infer<typeof themeForm>;
