import { consentTag, CONSENT_WORDS, CONSENTS, PARTICIPANT_ROLE_WORDS, PARTICIPANT_ROLES } from './participant.ts';
import type { Participant } from './participant-queries.ts';

/** A line of an agency's list of participants. */
export function participantRow(participant: Participant, { path }: { path: string }) {
  const base = `${path}/participants/${participant.id}`;
  return {
    pseudonym: participant.pseudonym,
    role: PARTICIPANT_ROLE_WORDS[participant.role],
    consent: { text: CONSENT_WORDS[participant.consent], tag: consentTag(participant.consent) },
    note: participant.consentNote,
    base,
  };
}

/** The options of a participant's form. */
export function participantChoices(values: { role?: unknown; consent?: unknown }) {
  return {
    roles: PARTICIPANT_ROLES.map((value) => ({
      value,
      text: PARTICIPANT_ROLE_WORDS[value],
      checked: value === values.role,
    })),
    consents: CONSENTS.map((value) => ({ value, text: CONSENT_WORDS[value], checked: value === values.consent })),
  };
}

/** What somebody else has saved, for whoever was about to save over it. */
export function theirParticipant(participant: Participant) {
  return [
    { label: 'Pseudonym', value: participant.pseudonym },
    { label: 'Role', value: PARTICIPANT_ROLE_WORDS[participant.role] },
    { label: 'Consent', value: CONSENT_WORDS[participant.consent] },
    { label: 'Remark on consent', value: participant.consentNote },
  ];
}
