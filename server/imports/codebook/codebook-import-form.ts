import { z } from 'zod';
import { id, list } from '../../web/forms.ts';
import { CHOICES, type Decision } from './codebook-matching.ts';
import { TEXT_FIELDS } from './incoming-theme.ts';

/** The field beside the file. */
export const newCodebookImportForm = z.object({ id: id('Reload the page and choose the file again') });

/** The codebook as it was when the page was shown; choices have a field each, named after their place in the file. */
export const choicesForm = z.object({ seen: z.string().max(64) });

const choice = z.enum(CHOICES);
const fields = list(z.enum(['name', 'place', ...TEXT_FIELDS]));

/** What was chosen for the theme at `index` of the file; undefined where nothing sensible was. */
export function choiceAt(body: unknown, index: number): Decision | undefined {
  const given = (body ?? {}) as Record<string, unknown>;
  const chosen = choice.safeParse(given[`choice-${index}`]);
  const taken = fields.safeParse(given[`fields-${index}`]);
  return chosen.success ? { choice: chosen.data, fields: taken.success ? taken.data : [] } : undefined;
}
