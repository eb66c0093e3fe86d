import { type Identity, LOOK_REASON_WORDS, LOOK_REASONS } from './identity.ts';

/** The reasons to choose from. */
export function reasonChoices(chosen: unknown) {
  return LOOK_REASONS.map((value) => ({ value, text: LOOK_REASON_WORDS[value], checked: value === chosen }));
}

/** An identity in the fields of its form. */
export function identityFields(identity: Identity, version: number) {
  return { ...identity, otherNames: identity.otherNames.join('\n'), version };
}

/** An identity as it is shown, without what is empty. */
export function identityFacts(identity: Identity) {
  return [
    { label: 'Full name', value: identity.fullName },
    { label: 'Other names', value: identity.otherNames.join(', ') },
    { label: 'Date of birth', value: identity.born },
    { label: 'Contact details', value: identity.contact },
    { label: 'Remark', value: identity.remark },
  ].filter(({ value }) => value !== '');
}
