import { z } from 'zod';
import { counter, type FormResult, id, line, optionalText, orNull, readForm } from '../../web/forms.ts';
import { CONSENTS } from '../participants/participant.ts';
import { ENDS_EARLY, GOLD_ROLES } from './visit.ts';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const time = (what: string) => z.string({ error: what }).regex(TIME, { error: what });

const NO_ROLE = 'Choose a role for each observer';
const NO_CONSENT = 'Choose the consent of everybody who was present';
const NO_OBSERVER = 'Somebody chosen as an observer is not in the team. Choose again';
const NOBODY_PRESENT = 'Somebody chosen as present is not on this agency’s list. Choose again';

const fields = {
  agency: id('Choose the agency'),
  phase: id('Choose the phase'),
  setting: line({ max: 300, what: 'where in the agency it was' }),
  purpose: optionalText({ max: 2000, what: 'the purpose' }),
  date: z.iso.date({ error: 'Enter the date of the visit' }),
  start: time('Enter when it began, such as 10:00'),
  end: time('Enter when it ended, such as 13:30'),
  endDate: orNull(z.iso.date({ error: 'Enter the date on which it ended, or leave it empty' })),
  ahead: z.preprocess((value) => value === 'yes', z.boolean()),
  unnamed: z.coerce
    .number({ error: 'Enter how many others were there, as a number' })
    .int({ error: 'Enter how many others were there, as a whole number' })
    .min(0, { error: 'There cannot be fewer than 0' })
    .max(10_000, { error: 'Enter a number up to 10,000' }),
  consentHandling: optionalText({ max: 5000, what: 'how consent was handled' }),
  observers: z.array(
    z.object({ membershipId: z.uuid({ error: NO_OBSERVER }), role: z.enum(GOLD_ROLES, { error: NO_ROLE }) }),
    {
      error: NO_ROLE,
    },
  ),
  present: z.array(
    z.object({ participantId: z.uuid({ error: NOBODY_PRESENT }), consent: z.enum(CONSENTS, { error: NO_CONSENT }) }),
    {
      error: NO_CONSENT,
    },
  ),
};

const when = z.object({ date: fields.date, start: fields.start, end: fields.end, endDate: fields.endDate });
const inOrder = {
  check: ({ date, start, end, endDate }: z.infer<typeof when>) => `${endDate ?? date}T${end}` > `${date}T${start}`,
  refusal: {
    error: ENDS_EARLY,
    path: ['end'],
    // Told together with what is wrong elsewhere in the form.
    when: ({ value }: { value: unknown }) => when.safeParse(value).success,
  },
};

const newVisitForm = z
  .object({ id: id('Reload the page and try again'), ...fields })
  .refine(inOrder.check, inOrder.refusal);
const visitForm = z.object({ version: counter(), ...fields }).refine(inOrder.check, inOrder.refusal);

export type NewVisit = z.infer<typeof newVisitForm>;
export type VisitChange = z.infer<typeof visitForm>;

export const visitListForm = z.object({
  agency: z.uuid().optional().catch(undefined),
  phase: z.uuid().optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
  before: z.uuid().optional().catch(undefined),
});
export type VisitListFilter = z.infer<typeof visitListForm>;

/**
 * The form has one select for each member ("observer-<id>": a role, or nothing) and each participant ("present-<id>": the
 * consent at this visit, or nothing): so who was there and how is one choice, and works without a script.
 */
export function readNewVisit(body: unknown): FormResult<NewVisit> {
  return readForm(newVisitForm, withChoices(body));
}

/** The same for a visit that is there already. */
export function readVisit(body: unknown): FormResult<VisitChange> {
  return readForm(visitForm, withChoices(body));
}

function withChoices(body: unknown): Record<string, unknown> {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const chosen = (prefix: string): [string, unknown][] =>
    Object.entries(given)
      .filter(([name, value]) => name.startsWith(prefix) && value !== '')
      .map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value]);
  return {
    ...given,
    observers: chosen('observer-').map(([membershipId, role]) => ({ membershipId, role })),
    present: chosen('present-').map(([participantId, consent]) => ({ participantId, consent })),
  };
}
