import { z } from 'zod';
import { counter, id, line, optionalText } from '../../web/forms.ts';
import { CONSENTS, PARTICIPANT_ROLES } from './participant.ts';

const fields = {
  pseudonym: line({ max: 100, what: 'a pseudonym' }),
  role: z.enum(PARTICIPANT_ROLES, { error: 'Choose a role' }),
  consent: z.enum(CONSENTS, { error: 'Choose the consent as it stands' }),
  consentNote: optionalText({ max: 2000, what: 'the remark on consent' }),
};

export const newParticipantForm = z.object({ id: id('Reload the page and try again'), ...fields });
export const participantForm = z.object({ version: counter(), ...fields });

export type NewParticipant = z.infer<typeof newParticipantForm>;
export type ParticipantChange = z.infer<typeof participantForm>;
