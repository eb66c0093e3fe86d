import { z } from 'zod';
import { line } from '../web/forms.ts';

export const signInForm = z.object({
  email: line({ max: 254, what: 'your e-mail address' }),
  password: z.string({ error: 'Enter your password' }).min(1, { error: 'Enter your password' }),
});
