import { z } from 'zod';
import { id, line, optionalText, orNull } from '../web/forms.ts';
import { WAYS } from './theme-places.ts';

const COLOUR = /^#[0-9a-f]{6}$/i;

const parent = orNull(id('Choose where it belongs from the list'));

const fields = {
  name: line({ max: 200, what: 'a name' }),
  parent,
  definition: optionalText({ max: 10_000, what: 'the definition' }),
  whenToUse: optionalText({ max: 10_000, what: 'when to use it' }),
  whenNotToUse: optionalText({ max: 10_000, what: 'when not to use it' }),
  example: optionalText({ max: 10_000, what: 'the example' }),
  // One of the palette, or "other" with the colour of one's own beside it.
  colour: z.string({ error: 'Choose a colour' }),
  otherColour: z.string({ error: 'Choose a colour' }).optional(),
};

function withColour<T extends { colour: string; otherColour?: string | undefined }>(
  values: T,
  context: z.RefinementCtx,
) {
  const { otherColour, ...rest } = values;
  const colour = values.colour === 'other' ? (otherColour ?? '') : values.colour;
  if (!COLOUR.test(colour)) context.addIssue({ code: 'custom', path: ['colour'], message: 'Choose a colour' });
  return { ...rest, colour: colour.toLowerCase() };
}

export const newThemeForm = z
  .object({ id: id('Reload the page and try again'), ...fields })
  .transform((values, context) => withColour(values, context));

export const themeForm = z
  .object({
    version: z.coerce.number({ error: 'Reload the page and try again' }).int().min(1).max(2_147_483_647),
    ...fields,
  })
  .transform((values, context) => withColour(values, context));

// A button can send one value: "up:<parent, or nothing>:<position>".
function splitButton(body: unknown): unknown {
  const to = (body as { to?: unknown } | undefined)?.to;
  if (typeof to !== 'string') return body;
  const [way, parentId, place] = to.split(':');
  return { way, parent: parentId, place };
}

/** Where to put a theme: `parent` (null: the top) and its `place` among the siblings there, from 1; `way` is how it was asked for. */
export const positionForm = z.preprocess(
  splitButton,
  z.object({
    parent,
    place: z.coerce
      .number({ error: 'Choose where to move the theme' })
      .int({ error: 'Choose where to move the theme' })
      .min(1, { error: 'Choose where to move the theme' })
      .max(100_000, { error: 'Choose where to move the theme' }),
    way: z.enum(WAYS).optional().catch(undefined),
  }),
);

export type NewTheme = z.infer<typeof newThemeForm>;
export type ThemeChange = z.infer<typeof themeForm>;
