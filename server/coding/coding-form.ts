import { z } from 'zod';
import { counter, id, list } from '../web/forms.ts';

const RELOAD = 'Reload the page and try again';

const common = {
  revision: counter(RELOAD),
  themes: list(id('Choose themes from the list'))
    .transform((themes) => [...new Set(themes)])
    .refine((themes) => themes.length > 0, { error: 'Choose at least one theme' })
    .refine((themes) => themes.length <= 100, { error: 'Choose 100 themes or fewer at once' }),
  // One for each theme, made by the page: sent twice, the same passage is coded once.
  ids: list(id(RELOAD)),
};

const position = z.number({
  error: 'The beginning and the end of a passage are whole numbers. Select the words again.',
});
const enoughIds = ({ ids, themes }: { ids: string[]; themes: string[] }) => new Set(ids).size >= themes.length;
const ENOUGH = { error: RELOAD, path: ['form'] };

/** As the browser code sends it: [start, end) in code points. */
export const passageForm = z.object({ ...common, start: position, end: position }).refine(enoughIds, ENOUGH);

/** As the page without JavaScript sends it: numbers of sentences, counted from 1 through the note. */
export const sentencesForm = z
  .object({
    ...common,
    sentences: list(
      z.coerce.number({ error: 'Tick sentences of the note' }).int({ error: 'Tick sentences of the note' }),
    ).refine((sentences) => sentences.length > 0, { error: 'Tick the sentences that you want to code' }),
  })
  .refine(enoughIds, ENOUGH);

/**
 * What goes with a removal or a restoration: other codings of the same passage, the page of sentences that it was asked
 * for on, and the version of the coding that an undo is about.
 */
export const removalForm = z.object({
  also: list(id(RELOAD)),
  from: counter(RELOAD).optional(),
  seen: counter(RELOAD).optional(),
});

/** Another theme for a coding, and the one that it was seen to have. */
export const themeChangeForm = z.object({
  theme: id('Choose a theme from the list'),
  expected: id(RELOAD),
});

const revision = common.revision;
const seen = z.object({ start: position, end: position }).optional();

/** Another passage for a coding, as the browser code sends it, and the one that it was seen to have. */
export const placeForm = z.object({ revision, start: position, end: position, expected: seen });

/** Back to its old words in an older revision, and where it was put. */
export const returnForm = placeForm.extend({ expected: z.object({ start: position, end: position }) });

/** The same from a page: the place that was suggested for a coding that needs review, or sentences of the note. */
export const plainPlaceForm = z
  .object({
    revision,
    start: z.coerce.number().int().optional(),
    end: z.coerce.number().int().optional(),
    sentences: list(z.coerce.number({ error: 'Tick sentences of the note' }).int()),
  })
  .refine(({ start, end, sentences }) => sentences.length > 0 || (start !== undefined && end !== undefined), {
    path: ['sentences'],
    error: 'Tick the sentences where the coding belongs',
  });

/** The ids paired with the themes that they are for. */
export function pairs({ ids, themes }: { ids: string[]; themes: string[] }): { id: string; themeId: string }[] {
  const distinct = [...new Set(ids)];
  return themes.map((themeId, index) => ({ id: distinct[index]!, themeId }));
}
