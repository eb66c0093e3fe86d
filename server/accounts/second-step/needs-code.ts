/**
 * Whether somebody who changes how they sign in has to give a code beside the password: where they have a second step,
 * unless this very session was begun with a passkey, which is as good.
 */
export function needsCode(person: { secondStepAt: Date | null }, session: { secondStep?: { how: string } }): boolean {
  return person.secondStepAt !== null && session.secondStep?.how !== 'passkey';
}
