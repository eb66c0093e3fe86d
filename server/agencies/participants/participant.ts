export const PARTICIPANT_ROLES = ['worker', 'manager', 'service-user', 'carer', 'volunteer', 'other'] as const;
export type ParticipantRole = (typeof PARTICIPANT_ROLES)[number];

export const CONSENTS = ['consented', 'no-objection', 'consultee', 'not-asked', 'declined', 'withdrawn'] as const;
export type Consent = (typeof CONSENTS)[number];

/** What people read for each. */
export const PARTICIPANT_ROLE_WORDS: Record<ParticipantRole, string> = {
  worker: 'Worker',
  manager: 'Manager',
  'service-user': 'Person supported',
  carer: 'Carer',
  volunteer: 'Volunteer',
  other: 'Other',
};
export const CONSENT_WORDS: Record<Consent, string> = {
  consented: 'Consented',
  'no-objection': 'Did not object',
  consultee: 'A consultee agreed',
  'not-asked': 'Not asked yet',
  declined: 'Declined',
  withdrawn: 'Withdrew',
};

/** The colour of a consent's tag: the word beside it says the same. */
export function consentTag(consent: Consent): string {
  if (consent === 'declined' || consent === 'withdrawn') return 'govuk-tag--red';
  return consent === 'not-asked' ? 'govuk-tag--yellow' : 'govuk-tag--green';
}
