import { z } from 'zod';
import { plainText } from '../../web/forms.ts';

/** The most that is looked through at once, in code points: the editor sends less, around the cursor of a long text. */
export const LOOKED_THROUGH_LIMIT = 60_000;

/** Part of a text as it is being written. */
export const identifierForm = z.object({
  text: plainText({ max: LOOKED_THROUGH_LIMIT, what: 'the text to look through' }),
});
