/** Who a participant really is. `otherNames` are aliases and nicknames; `born` is as it was told, a date or a year. */
export type Identity = { fullName: string; otherNames: string[]; contact: string; born: string; remark: string };

/** Why somebody looks at an identity. The trail keeps the class alone: a sentence might name people. */
export const LOOK_REASONS = [
  'contact',
  'consent',
  'de-identification',
  'safeguarding',
  'withdrawal',
  'correction',
] as const;
export type LookReason = (typeof LOOK_REASONS)[number];

export const LOOK_REASON_WORDS: Record<LookReason, string> = {
  contact: 'To get in touch, or to arrange a visit',
  consent: 'To ask for consent, or to check it',
  'de-identification': 'To tell people apart while de-identifying a note',
  safeguarding: 'Because somebody may be at risk',
  withdrawal: 'Because they withdraw, or ask what is kept about them',
  correction: 'To correct or complete what is kept',
};

/** What is kept when nothing is: for the form of a new one. */
export const NO_IDENTITY: Identity = { fullName: '', otherNames: [], contact: '', born: '', remark: '' };

/** The JSON that is encrypted. */
export function identityText(identity: Identity): string {
  return JSON.stringify(identity);
}

/** The reverse of identityText(); a field that an older version did not have is empty. */
export function identityOf(text: string): Identity {
  const stored = JSON.parse(text) as Partial<Identity>;
  return {
    fullName: stored.fullName ?? '',
    otherNames: stored.otherNames ?? [],
    contact: stored.contact ?? '',
    born: stored.born ?? '',
    remark: stored.remark ?? '',
  };
}
