import { z } from 'zod';
import { line } from '../web/forms.ts';
import { emailField, newPasswordField, refuseWeakPassword } from './account-form.ts';

export const setUpForm = z
  .object({
    name: line({ max: 200, what: 'your name' }),
    email: emailField('your e-mail address'),
    password: newPasswordField,
    study: line({ max: 200, what: 'a name for the study' }),
    // A box that is not ticked is not sent.
    secondStep: z.literal('on').optional(),
  })
  .superRefine(refuseWeakPassword);

export type SetUp = z.infer<typeof setUpForm>;
