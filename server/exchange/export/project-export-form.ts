import { z } from 'zod';
import { id } from '../../web/forms.ts';
import { FORMATS } from './formats.ts';

export const newProjectExportForm = z.object({
  id: id('Reload the page and try again'),
  format: z.enum(FORMATS, { error: 'Choose what to make' }),
});
