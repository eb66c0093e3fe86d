import { z } from 'zod';
import { line } from '../web/forms.ts';
import { passwordFault } from './password-rules.ts';

/** An e-mail address as people type it: blanks around it are cut off, letter case is kept. At most 254 code points. */
export function emailField(what: string) {
  return line({ max: 254, what }).refine((text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$|^[^@\s]+@localhost$/.test(text), {
    error: 'Enter an e-mail address such as name@example.org',
  });
}

/** A new password exactly as typed; refuseWeakPassword looks at it once the other fields are known. */
export const newPasswordField = z.string({ error: 'Enter a password' }).min(1, { error: 'Enter a password' });

/** For superRefine on a form with `password` and, where they are known, whose it will be: `study` is one name or several. */
export function refuseWeakPassword(
  values: { password: string; email?: string; name?: string; study?: string | string[] },
  context: z.core.$RefinementCtx,
): void {
  const fault = passwordFault(values.password, [values.email, values.name, ...[values.study].flat()]);
  if (fault !== undefined) context.addIssue({ code: 'custom', path: ['password'], message: fault });
}
