import { formatDate } from '../../shared/dates.ts';
import type { Failure, Refusal } from './single-sign-on-service.ts';

const ZONE = 'Europe/London';

/** What stands on the page of one's account. */
export function singleSignOnView(name: string, joinedAt: Date | undefined) {
  return { name, joined: joinedAt && formatDate(joinedAt, ZONE) };
}

/** What is said to somebody who was not let in, and what they can do. `name` is what the provider is called. */
export function sentenceFor(why: Refusal | Failure | 'stale' | 'cancelled', name: string): string {
  switch (why) {
    case 'unverified':
      return `You signed in, but ${name} does not vouch for your e-mail address, so we cannot tell which account is yours. Confirm the address there, or sign in with your password`;
    case 'unknown':
      return `You signed in, but nobody here has the e-mail address that ${name} gave. If you were invited, accept by the link in the invitation first. If not, ask the lead of your study for an invitation to that address`;
    case 'disabled':
      return 'Your account here is disabled. Ask the lead of your study or whoever runs this service to enable it';
    case 'joined-to-another':
      return `The account with your e-mail address is joined to somebody else’s sign-in at ${name}. Sign in with your password, and tell whoever runs this service`;
    case 'stale':
      return `That sign-in had been used already, or was begun too long ago. Begin again with the button for ${name}`;
    case 'cancelled':
      return `The sign-in by ${name} was cancelled. Try again, or sign in with your password`;
    case 'provider':
      return `The sign-in by ${name} did not succeed there. Try again, or sign in with your password`;
    case 'answer':
      return `What ${name} answered does not fit this sign-in, so you were not let in. Begin again with its button. If it happens again, tell whoever runs this service`;
    case 'out-of-reach':
      return `Sign-in by ${name} cannot be reached at this moment. Try again in a few minutes, or sign in with your password`;
  }
}
