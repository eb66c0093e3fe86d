import { z } from 'zod';
import { emailField, newPasswordField, refuseWeakPassword } from './account-form.ts';
import { isToken } from './link-token.ts';

export const resetRequestForm = z.object({ email: emailField('your e-mail address') });

/** The form of somebody who makes a link for another person: its token was made with the page, so that sending twice makes one. */
export const resetLinkForm = z.object({ token: z.string().refine(isToken) });

/** A new password, which must not be the e-mail address or the name of `person`. */
export function newPasswordForm(person: { email: string | null; name: string | null }, study: string[]) {
  return z.object({ password: newPasswordField }).superRefine(({ password }, context) => {
    refuseWeakPassword({ password, email: person.email ?? '', name: person.name ?? '', study }, context);
  });
}
