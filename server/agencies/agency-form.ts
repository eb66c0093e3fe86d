import { z } from 'zod';
import { counter, id, line } from '../web/forms.ts';
import { SECTORS, STATUSES } from './agency.ts';

const fields = {
  name: line({ max: 200, what: 'the agency’s name' }),
  code: line({ max: 8, what: 'a short code' })
    .transform((code) => code.toUpperCase())
    .refine((code) => /^[A-Z0-9-]{2,8}$/.test(code), {
      error: 'The short code has 2 to 8 letters, digits or hyphens, such as BSC',
    }),
  sector: z.enum(SECTORS, { error: 'Choose a sector' }),
};

export const newAgencyForm = z.object({ id: id('Reload the page and try again'), ...fields });
export const agencyForm = z.object({
  version: counter(),
  ...fields,
  status: z.enum(STATUSES, { error: 'Choose whether the agency takes part' }),
});

export type NewAgency = z.infer<typeof newAgencyForm>;
export type AgencyChange = z.infer<typeof agencyForm>;
