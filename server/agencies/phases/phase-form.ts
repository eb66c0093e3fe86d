import { z } from 'zod';
import { counter, id, line, orNull } from '../../web/forms.ts';

const date = orNull(z.iso.date({ error: 'Enter a date such as 14/11/2011' }));
const fields = {
  name: line({ max: 200, what: 'the phase’s name' }),
  position: z.coerce
    .number({ error: 'Enter its place in the order, as a number from 1' })
    .int({ error: 'Enter its place in the order, as a whole number' })
    .min(1, { error: 'The first place is 1' })
    .max(999, { error: 'Enter a number up to 999' }),
  startsOn: date,
  endsOn: date,
};
const inOrder = {
  check: ({ startsOn, endsOn }: { startsOn: string | null; endsOn: string | null }) =>
    startsOn === null || endsOn === null || endsOn >= startsOn,
  refusal: { error: 'The phase ends before it begins', path: ['endsOn'] },
};

export const newPhaseForm = z
  .object({ id: id('Reload the page and try again'), ...fields })
  .refine(inOrder.check, inOrder.refusal);
export const phaseForm = z.object({ version: counter(), ...fields }).refine(inOrder.check, inOrder.refusal);

export type NewPhase = z.infer<typeof newPhaseForm>;
export type PhaseChange = z.infer<typeof phaseForm>;
