import { z } from 'zod';
import { id } from '../../web/forms.ts';

export const attachmentForm = z.object({ id: id('Reload the page and choose the file again') });
