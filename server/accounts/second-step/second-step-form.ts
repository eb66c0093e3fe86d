import { z } from 'zod';

const code = z
  .string({ error: 'Enter the code' })
  .trim()
  .min(1, { error: 'Enter the code' })
  .max(60, { error: 'The code from the app has six digits; a recovery code has twelve letters and digits' });

export const codeForm = z.object({ code });

/** `sealed` was made with the page: the secret that the app has been given. */
export const setUpStepForm = z.object({
  sealed: z.string({ error: 'Reload the page and try again' }).max(200, { error: 'Reload the page and try again' }),
  code,
  password: z.string().default(''),
});

export const confirmForm = z.object({ code: z.string().trim().max(60).default(''), password: z.string().default('') });
