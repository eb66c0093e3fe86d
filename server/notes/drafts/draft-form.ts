import { z } from 'zod';
import { plainText } from '../../web/forms.ts';
import { BODY_LIMIT, TITLE_LIMIT } from '../note-text.ts';

const COUNT = z.coerce.number({ error: 'Reload the page and try again' }).int().min(0).max(1_000_000_000);

/** A draft may lack anything; `version` 0 says that its writer knows of none on the server. */
export const draftForm = z.object({
  title: plainText({ max: TITLE_LIMIT, what: 'the title' }),
  body: plainText({ max: BODY_LIMIT, what: 'the note' }),
  base: COUNT,
  version: COUNT,
});
export type DraftChange = z.infer<typeof draftForm>;

export const draftVersionForm = z.object({ version: COUNT });
