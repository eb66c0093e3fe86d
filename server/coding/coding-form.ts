import { z } from 'zod';
import { id, list } from '../web/forms.ts';

const RELOAD = 'Reload the page and try again';

const common = {
  revision: z.coerce.number({ error: RELOAD }).int({ error: RELOAD }).min(1, { error: RELOAD }),
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

/** The ids paired with the themes that they are for. */
export function pairs({ ids, themes }: { ids: string[]; themes: string[] }): { id: string; themeId: string }[] {
  const distinct = [...new Set(ids)];
  return themes.map((themeId, index) => ({ id: distinct[index]!, themeId }));
}
