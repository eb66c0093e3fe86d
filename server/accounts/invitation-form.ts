import { z } from 'zod';
import { requireAgency, roleFields } from '../studies/member-form.ts';
import { id, line } from '../web/forms.ts';
import { emailField, newPasswordField, refuseWeakPassword } from './account-form.ts';
import { isToken } from './link-token.ts';

const RELOAD = 'Reload the page and try again';

/** `token` was made with the page, as `id` was: sending the form twice invites once and shows the same link. */
export const invitationForm = z
  .object({
    id: id(RELOAD),
    token: z.string({ error: RELOAD }).refine(isToken, { error: RELOAD }),
    name: line({ max: 200, what: 'their name' }),
    email: emailField('their e-mail address'),
    ...roleFields,
  })
  .superRefine(requireAgency);

/** What somebody new answers an invitation to `email` and this study with. */
export function acceptanceForm(email: string, study: string) {
  return z
    .object({ name: line({ max: 200, what: 'your name' }), password: newPasswordField })
    .superRefine((values, context) => refuseWeakPassword({ ...values, email, study }, context));
}

export type NewInvitation = z.infer<typeof invitationForm>;
export type Acceptance = z.infer<ReturnType<typeof acceptanceForm>>;
