import { z } from 'zod';
import { id } from '../web/forms.ts';
import { TEAM_FORMAT_NAMES } from './export-formats.ts';
import { extractFilterForm } from './extract-form.ts';

/** The filter of the page that the export was asked for on, and the options of its file. */
export const newExportForm = extractFilterForm.safeExtend({
  id: id('Reload the page and try again'),
  format: z.enum(TEAM_FORMAT_NAMES, { error: 'Choose what to download it as' }).default('csv'),
  byte_order_mark: z
    .literal('yes', { error: 'Choose whether the file is for Excel' })
    .optional()
    .transform((value) => value === 'yes'),
});

/** The page of the list of exports: those with a lower number. */
export const exportPageForm = z.object({ before: z.coerce.number().int().min(1).max(2_147_483_647).optional() });

export type NewExport = z.infer<typeof newExportForm>;
