import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { recordAccountEvent } from '../../audit/event-service.ts';
import { asAccount, type Db } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { findPerson, lockPerson, type Person } from '../person-queries.ts';
import { insertSpentProof } from '../second-step/second-step-queries.ts';
import { endSecondStepIfEmpty, startSecondStep } from '../second-step/second-step-service.ts';
import type { MadePasskey, UsedPasskey } from './passkey-form.ts';
import {
  deletePasskey,
  findPasskey,
  findPasskeyCount,
  insertPasskey,
  type KeptPasskey,
  listPasskeysOf,
  updatePasskeyUsed,
} from './passkey-queries.ts';
import type { RelyingParty } from './relying-party.ts';

const MOST = 20;
// The standard allows 1,023 bytes; these are characters of base64.
const LONGEST_ID = 1364;
const SITE = 'Connecting People field notes';
const PATIENCE_MS = 5 * 60_000;
const KEPT_MINUTES = 10;

const NOT_MADE = 'What your device answered could not be taken for a new passkey. Begin again';
const NOT_RIGHT = 'What your device answered could not be taken for your passkey. Press the button to try again';
const UNKNOWN = 'This passkey is not known here, or not any more. Sign in with your password';
const COPIED =
  'This passkey counts its uses, and the count has gone back, as it would if somebody had copied it. You were not let in by it. Sign in with your password, remove this passkey on the page of your account, and make a new one';

/** What the browser is to make a passkey from: one that is found without a name typed, and asks who holds the device. */
export async function optionsToAdd(db: Db, site: RelyingParty, person: { id: string; email: string; name: string }) {
  const own = await listPasskeysOf(db, person.id);
  return generateRegistrationOptions({
    rpName: SITE,
    rpID: site.id,
    userID: new Uint8Array(Buffer.from(person.id)),
    userName: person.email,
    userDisplayName: person.name,
    timeout: PATIENCE_MS,
    attestationType: 'none',
    excludeCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/**
 * Keeps a new passkey. Where it is the first thing that proves the second step: recovery codes, to be shown once, and the
 * person's other sessions end.
 */
export async function addPasskey(
  db: Db,
  site: RelyingParty,
  person: { id: string; sessionId: string },
  { name, challenge, answer }: { name: string; challenge: string; answer: MadePasskey },
): Promise<string[] | undefined> {
  const made = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!made?.verified) throw new FieldError('name', NOT_MADE);
  const { id: credentialId, publicKey, counter } = made.registrationInfo.credential;
  if (credentialId.length > LONGEST_ID) throw new FieldError('name', NOT_MADE);
  const passkey = { id: newId(), personId: person.id, credentialId, counter, name };
  return startSecondStep(db, person, 'passkey', async (trx) => {
    if ((await findPasskeyCount(trx, person.id)) >= MOST)
      throw new ConflictError(`You have ${MOST} passkeys already. Remove one that you do not use first.`);
    const { transports } = answer.response;
    if (!(await insertPasskey(trx, { ...passkey, publicKey: Buffer.from(publicKey), transports })))
      throw new FieldError('name', 'This passkey is registered already');
    await recordAccountEvent(trx, person.id, { kind: 'passkey.added', subjectId: passkey.id });
  });
}

/** What the browser is to sign with a passkey: any of this site, or one of `personId`. */
export async function optionsToSign(db: Db, site: RelyingParty, personId?: string) {
  const own = personId === undefined ? [] : await listPasskeysOf(db, personId);
  return generateAuthenticationOptions({
    rpID: site.id,
    timeout: PATIENCE_MS,
    userVerification: 'required',
    ...(personId !== undefined && {
      allowCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    }),
  });
}

/**
 * Whose passkey has signed the challenge; FieldError about `passkey` otherwise. `expected` is the person who has to be
 * its owner, where one is known. Each challenge counts once, and refusals of a passkey that is kept are recorded.
 */
export async function takePasskey(
  db: Db,
  site: RelyingParty,
  { challenge, answer }: { challenge: string; answer: UsedPasskey },
  expected?: string,
): Promise<Person> {
  const kept = await findPasskey(db, answer.id);
  const person = kept && (await findPerson(db, kept.personId));
  if (!kept || !person || (expected !== undefined && expected !== person.id)) throw new FieldError('passkey', UNKNOWN);
  const counter = await counterIfRight(site, kept, challenge, answer);
  if (counter === undefined) return refuse(db, kept, 'answer', NOT_RIGHT);
  const outcome = await asAccount(db, {}, async (trx) => {
    if (!(await insertSpentProof(trx, person.id, `passkey:${challenge}`, KEPT_MINUTES))) return 'spent';
    return (await updatePasskeyUsed(trx, kept.id, counter)) ? 'used' : 'copied';
  });
  if (outcome === 'spent') return refuse(db, kept, 'answer', NOT_RIGHT);
  if (outcome === 'copied') return refuse(db, kept, 'counter', COPIED);
  return person;
}

// The counter that it says, if everything but the counter is right.
async function counterIfRight(
  site: RelyingParty,
  kept: KeptPasskey,
  challenge: string,
  answer: UsedPasskey,
): Promise<number | undefined> {
  const { userHandle } = answer.response;
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== kept.personId) return undefined;
  const checked = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    requireUserVerification: true,
    // The counter is compared where it is kept, in one statement with its change.
    credential: { id: answer.id, publicKey: new Uint8Array(kept.publicKey), counter: 0 },
  }).catch(() => undefined);
  return checked?.verified ? checked.authenticationInfo.newCounter : undefined;
}

async function refuse(db: Db, kept: KeptPasskey, reason: 'answer' | 'counter', sentence: string): Promise<never> {
  await asAccount(db, {}, (trx) =>
    recordAccountEvent(trx, kept.personId, { kind: 'passkey.refused', subjectId: kept.id, after: { reason } }),
  );
  throw new FieldError('passkey', sentence);
}

/** Removes one of the person's passkeys: its name, and whether the second step is still on. */
export async function removePasskey(
  db: Db,
  personId: string,
  id: string,
): Promise<{ name: string; isStillOn: boolean }> {
  return asAccount(db, {}, async (trx) => {
    await lockPerson(trx, personId);
    const name = await deletePasskey(trx, personId, id);
    if (name === undefined) throw new NotFoundError('This passkey has been removed already.');
    await recordAccountEvent(trx, personId, { kind: 'passkey.removed', subjectId: id });
    return { name, isStillOn: await endSecondStepIfEmpty(trx, personId) };
  });
}
