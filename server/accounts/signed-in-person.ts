import type { Person } from './person-queries.ts';

/** What is known of the person behind a request. */
export function signedInPerson({ id, email, name, isAdministrator, secondStepAt }: Person): Express.User {
  return { id, email, name, isAdministrator, hasSecondStep: secondStepAt !== null };
}
