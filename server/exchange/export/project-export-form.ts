import { z } from 'zod';
import { id } from '../../web/forms.ts';
import { formatsFor } from './formats.ts';

export const newProjectExportForm = (role: string) =>
  z.object({
    id: id('Reload the page and try again'),
    format: z.enum(formatsFor(role), { error: 'Choose what to make' }),
  });
