import { z } from 'zod';
import { line } from '../web/forms.ts';
import { emailField, newPasswordField, refuseWeakPassword } from './account-form.ts';

const current = z.string().default('');

export const nameForm = z.object({ name: line({ max: 200, what: 'your name' }) });

export const emailForm = z.object({ email: emailField('your e-mail address'), 'email-password': current });

/** `person` is whose password it will be, `study` the names of their studies. */
export function passwordForm(person: { email: string; name: string }, study: string[]) {
  return z.object({ current, password: newPasswordField }).superRefine(({ password }, context) => {
    refuseWeakPassword({ password, email: person.email, name: person.name, study }, context);
  });
}
