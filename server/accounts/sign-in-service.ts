import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import type { KnownDevices } from './known-device.ts';
import { findPersonByEmail } from './person-queries.ts';
import type { Admission, SignInLimits } from './sign-in-limits.ts';

/** Counts a try to sign in before it is made, and says whether it may be. `cookie` is that of known devices. */
export async function admitSignIn(
  db: Db,
  { limits, devices }: { limits: SignInLimits; devices: KnownDevices },
  attempt: { email: string; address: string | undefined; cookie: string | undefined },
): Promise<Admission> {
  const person = attempt.cookie === undefined ? undefined : await findPersonByEmail(db, attempt.email);
  const device = person && devices.recognise(attempt.cookie, person.id);
  const admission = await limits.admit({ email: attempt.email, address: attempt.address, device });
  if (!admission.admitted && admission.isFirst) await recordSignIn(db, 'person.sign-in-throttled', person?.id);
  return admission;
}

/** Records a sign-in, how a try ended, or a sign-out; `personId` undefined when nobody has the address, so that both take as long. */
export async function recordSignIn(
  db: Db,
  kind: `person.${'signed-in' | 'sign-in-failed' | 'sign-in-throttled' | 'signed-out'}`,
  personId: string | undefined,
  by?: 'passkey' | 'single-sign-on',
): Promise<void> {
  const after = by === undefined ? {} : { after: { by } };
  await asAccount(db, {}, (trx) => recordAccountEvent(trx, personId ?? null, { kind, ...after }));
}
