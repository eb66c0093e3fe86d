import { recordAccountEvent } from '../../audit/event-service.ts';
import { asAccount, type Db, type Transaction } from '../../database/connection.ts';
import { findAccountOf, findPerson, type Person } from '../person-queries.ts';
import type { ProvidedPerson } from './claims.ts';
import { findPersonOfSubject, insertSubject } from './single-sign-on-queries.ts';

/**
 * Why somebody whom the provider knows is not let in: their address is not vouched for, nobody here has it, the account
 * is disabled, or it is joined to somebody else there.
 */
export type Refusal = 'unverified' | 'unknown' | 'disabled' | 'joined-to-another';

/** Why nothing came of the provider's answer: it does not fit what was asked, or the provider itself said no. */
export type Failure = 'answer' | 'provider' | 'out-of-reach';

/**
 * The account of whom the provider means: the one joined to its subject; at first, the one with the address it vouches
 * for, which is joined to the subject for ever. Nobody gets an account this way. Each refusal is recorded.
 */
export async function personFor(db: Db, provided: ProvidedPerson): Promise<Person | Refusal> {
  const { personId, refusal } = await asAccount(db, {}, async (trx) => {
    const found = await look(trx, provided);
    if (found.refusal !== undefined)
      await recordAccountEvent(trx, found.personId ?? null, {
        kind: 'single-sign-on.refused',
        after: { reason: found.refusal },
      });
    return found;
  });
  if (refusal !== undefined) return refusal;
  return (await findPerson(db, personId)) ?? 'disabled';
}

type Found = { personId: string; refusal?: undefined } | { personId?: string; refusal: Refusal };

async function look(trx: Transaction, provided: ProvidedPerson): Promise<Found> {
  const joined = await findPersonOfSubject(trx, provided);
  if (joined) return joined.isDisabled ? { personId: joined.id, refusal: 'disabled' } : { personId: joined.id };
  if (provided.email === undefined) return { refusal: 'unverified' };
  const account = await findAccountOf(trx, provided.email);
  if (!account) return { refusal: 'unknown' };
  const personId = account.id;
  if (account.isDisabled) return { personId, refusal: 'disabled' };
  if (await insertSubject(trx, personId, provided)) {
    await recordAccountEvent(trx, personId, { kind: 'single-sign-on.joined', subjectId: personId });
    return { personId };
  }
  // Two windows may have come at once: the other one has joined them.
  const meanwhile = await findPersonOfSubject(trx, provided);
  return meanwhile?.id === personId ? { personId } : { personId, refusal: 'joined-to-another' };
}

/** Records that nothing came of a sign-in, without anything that the provider sent. */
export async function recordFailure(db: Db, reason: Failure): Promise<void> {
  await asAccount(db, {}, (trx) => recordAccountEvent(trx, null, { kind: 'single-sign-on.failed', after: { reason } }));
}
