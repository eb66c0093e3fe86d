import { type Consent, CONSENTS } from '../agencies/participants/participant.ts';

/** What can be recorded here: withdrawing has pages of its own, which ask for its scope. */
export const GIVEN = CONSENTS.filter((consent) => consent !== 'withdrawn');

/** How somebody said it. */
export const WAYS = ['form', 'oral', 'consultee-form', 'letter', 'other'] as const;
export type Way = (typeof WAYS)[number];

export const WAY_WORDS: Record<Way, string> = {
  form: 'On a consent form',
  oral: 'By word of mouth',
  'consultee-form': 'On a form that a consultee signed',
  letter: 'By letter or e-mail',
  other: 'Another way (say it in the remark)',
};

/** The choices of a form that asks how, of which `chosen` is the one. */
export function wayChoices(chosen: unknown) {
  return [
    { value: '', text: 'Not recorded', selected: !chosen },
    ...WAYS.map((value) => ({ value, text: WAY_WORDS[value], selected: chosen === value })),
  ];
}

/** What somebody who withdraws asks for, from the least to the most: docs/decisions/0015. */
export const SCOPES = ['contact', 'collection', 'quotations', 'erasure'] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_WORDS: Record<Scope, { title: string; means: string }> = {
  contact: {
    title: 'No further contact',
    means: 'Nobody gets in touch with them again. What was written stays and can be used.',
  },
  collection: {
    title: 'Stop collecting, keep what exists',
    means:
      'Nothing new is collected. What was written before stays and can be used; notes of later visits are withheld.',
  },
  quotations: {
    title: 'Remove quotations',
    means:
      'Every paragraph that mentions them is withheld: it cannot be coded, quoted or exported, and codings made before disappear from every page. This can be undone.',
  },
  erasure: {
    title: 'Erase what can identify them',
    means:
      'Every paragraph that mentions them is withheld at once, and is erased for good when a second person has confirmed it. Erasing cannot be undone.',
  },
};

/** Consents that withhold what mentions somebody. */
export function isMissing(consent: Consent): boolean {
  return consent === 'declined' || consent === 'withdrawn';
}

/** One line of the history. `visitId` null: consent as it stands. `givenOn` as "2011-11-14". */
export type ConsentChange = {
  id: string;
  visitId: string | null;
  visitedAt: Date | null;
  consent: Consent;
  scope: Scope | null;
  givenOn: string | null;
  how: Way | null;
  formVersion: string;
  note: string;
  recordedBy: string | null;
  recordedAt: Date;
};
