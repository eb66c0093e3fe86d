import type { Person } from './person-queries.ts';

/**
 * What is known of the person behind a request. They have a second step where their account has one, or where single
 * sign-on has asked for it in `session`.
 */
export function signedInPerson(
  { id, email, name, isAdministrator, secondStepAt }: Person,
  session?: { secondStep?: { how: string } },
): Express.User {
  const hasSecondStep = secondStepAt !== null || session?.secondStep?.how === 'single-sign-on';
  return { id, email, name, isAdministrator, hasSecondStep };
}
