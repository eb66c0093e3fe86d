import { z } from 'zod';
import { id, line } from '../../web/forms.ts';

export const attachmentForm = z.object({ id: id('Reload the page and choose the file again') });

export const fileNameForm = z.object({ name: line({ max: 200, what: 'a name for the file' }) });
