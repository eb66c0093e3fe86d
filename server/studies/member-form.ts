import { z } from 'zod';
import { id } from '../web/forms.ts';

const ROLES = ['lead', 'researcher', 'agency'] as const;

/** The fields of a role: staff of an agency name it; for the others an agency left in the form does not count. */
export const roleFields = {
  role: z.enum(ROLES, { error: 'Choose a role' }),
  agency: z.preprocess((value) => (value === '' ? undefined : value), id('Choose an agency of this study').optional()),
};

/** For superRefine on a form with the fields of a role. */
export function requireAgency(
  values: { role: (typeof ROLES)[number]; agency?: string | undefined },
  context: z.core.$RefinementCtx,
): void {
  if (values.role === 'agency' && values.agency === undefined)
    context.addIssue({ code: 'custom', path: ['agency'], message: 'Choose the agency where they work' });
}

export const memberForm = z.object(roleFields).superRefine(requireAgency);

export type MemberChange = z.infer<typeof memberForm>;
