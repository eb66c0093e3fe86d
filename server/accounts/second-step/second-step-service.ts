import { recordAccountEvent } from '../../audit/event-service.ts';
import { type Actor, asAccount, type Db, type Transaction } from '../../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { hashPassword, passwordMatches } from '../password.ts';
import { memberToReset } from '../password-reset-service.ts';
import { confirmPassword } from '../own-account-service.ts';
import { findPerson, lockPerson, type Person, updatePersonSecondStep } from '../person-queries.ts';
import { deleteOtherSessionsOf, deleteSessionsOf } from '../session-queries.ts';
import { type Throttle, TOO_MANY_TRIES } from '../throttle.ts';
import { needsCode } from './needs-code.ts';
import { newRecoveryCodes, readRecoveryCode } from './recovery-code.ts';
import { seal, unseal } from './sealed-secret.ts';
import {
  findRecoveryCode,
  findSealedSecret,
  findWhetherAny,
  insertApp,
  insertSpentProof,
  removeApp,
  removeSecondStep,
  replaceRecoveryCodes,
  updateRecoveryCodeUsed,
} from './second-step-queries.ts';
import { stepOf } from './totp.ts';

/** How often somebody may try a code: by account, because whoever tries has taken the first step. */
export const CODE_TRIES = { name: 'second-step', tries: 10, minutes: 15 };

/** What codes are checked with: the key of the secrets, and how often somebody may try. */
export type CodeCheck = { key: Buffer; tries: Throttle };

const NOT_RIGHT = 'This code is not right. Take the one that the app shows now, or a recovery code';

/**
 * Takes a code from the app or a recovery code of this person, once, and answers which it was. FieldError about `code`
 * otherwise. Tries are counted before the code is looked at.
 */
export async function takeCode(
  db: Db,
  { key, tries }: CodeCheck,
  personId: string,
  typed: string,
): Promise<'app' | 'recovery-code'> {
  const refused = await tries.take(personId);
  if (refused?.isFirst) await record(db, personId, 'second-step.throttled');
  if (refused) throw new FieldError('code', TOO_MANY_TRIES);
  const digits = typed.replaceAll(/\s/g, '');
  const how = /^\d{6}$/.test(digits)
    ? await takeAppCode(db, key, personId, digits)
    : await takeRecoveryCode(db, personId, typed);
  await tries.clear(personId);
  return how;
}

/**
 * The person `id`, once they have shown that it is them: by the password, and by a code where `session` needs one too.
 * FieldError about one of `fields` otherwise.
 */
export async function confirmPerson(
  db: Db,
  check: CodeCheck & { confirmations: Throttle },
  { id, session }: { id: string; session: Parameters<typeof needsCode>[1] },
  { password, code }: { password: string; code: string },
  fields = { password: 'password', code: 'code' },
): Promise<Person> {
  const person = await confirmPassword(db, check.confirmations, id, { field: fields.password, password });
  if (!needsCode(person, session)) return person;
  try {
    await takeCode(db, check, id, code);
  } catch (error) {
    throw error instanceof FieldError ? new FieldError(fields.code, error.message) : error;
  }
  return person;
}

async function takeAppCode(db: Db, key: Buffer, personId: string, digits: string): Promise<'app'> {
  const sealed = await findSealedSecret(db, personId);
  const secret = sealed && unseal(key, personId, sealed);
  if (sealed && !secret)
    throw new FieldError(
      'code',
      'Codes of your app cannot be checked any more, because this installation has a new key. Use a recovery code, or ask the lead of your study to reset your second step',
    );
  const step = secret && stepOf(secret, digits, Date.now());
  if (step === undefined) return refuse(db, personId);
  const isFresh = await asAccount(db, {}, (trx) => insertSpentProof(trx, personId, `app:${step}`, 5));
  if (!isFresh) throw new FieldError('code', 'This code has been used already. Wait for the next one in your app');
  return 'app';
}

async function takeRecoveryCode(db: Db, personId: string, typed: string): Promise<'recovery-code'> {
  const read = readRecoveryCode(typed);
  const kept = read && (await findRecoveryCode(db, personId, read.label));
  if (!(await passwordMatches(kept?.hash, read?.code ?? typed)) || !kept) return refuse(db, personId);
  const isFresh = await asAccount(db, {}, async (trx) => {
    if (!(await updateRecoveryCodeUsed(trx, kept.id))) return false;
    await recordAccountEvent(trx, personId, { kind: 'recovery-code.used', subjectId: kept.id });
    return true;
  });
  return isFresh ? 'recovery-code' : refuse(db, personId);
}

async function refuse(db: Db, personId: string): Promise<never> {
  await record(db, personId, 'second-step.failed');
  throw new FieldError('code', NOT_RIGHT);
}

async function record(db: Db, personId: string, kind: `second-step.${string}`): Promise<void> {
  await asAccount(db, {}, (trx) => recordAccountEvent(trx, personId, { kind, subjectId: personId }));
}

/** Makes the sealed form of a secret that is still being set up; it opens for this person alone. */
export function sealForSettingUp(key: Buffer, personId: string, secret: Buffer): string {
  return seal(key, `setting up ${personId}`, secret).toString('base64url');
}

/** The secret of a form that is being set up, or undefined when it is another's or has been altered. */
export function unsealForSettingUp(key: Buffer, personId: string, sealed: string): Buffer | undefined {
  return unseal(key, `setting up ${personId}`, Buffer.from(sealed, 'base64url'));
}

/**
 * Sets up an authenticator app, once it has shown a right code, and ends the person's other sessions, which were begun
 * without it. The recovery codes, to be shown once, unless they have some already; ConflictError when there is an app.
 */
export async function setUpApp(
  db: Db,
  { key, tries }: CodeCheck,
  person: { id: string; sessionId: string },
  { secret, code }: { secret: Buffer; code: string },
): Promise<string[] | undefined> {
  if (await tries.take(person.id)) throw new FieldError('code', TOO_MANY_TRIES);
  const step = stepOf(secret, code.replaceAll(/\s/g, ''), Date.now());
  if (step === undefined)
    throw new FieldError(
      'code',
      'This code is not right. Check that the clock of the phone is, and take the next code',
    );
  await tries.clear(person.id);
  return startSecondStep(db, person, 'app', async (trx) => {
    if (!(await insertApp(trx, person.id, seal(key, person.id, secret))))
      throw new ConflictError('You have set up an app already. Turn it off first if you want to use another one.');
    await insertSpentProof(trx, person.id, `app:${step}`, 5);
    await recordAccountEvent(trx, person.id, { kind: 'second-step.app-added', subjectId: person.id });
  });
}

/**
 * Adds something to prove the second step with. The first one turns it on: with recovery codes, which come back to be
 * shown once, and the person's other sessions end.
 */
export async function startSecondStep(
  db: Db,
  person: { id: string; sessionId: string },
  by: 'app' | 'passkey',
  add: (trx: Transaction) => Promise<void>,
): Promise<string[] | undefined> {
  const codes = await hashedCodes();
  return asAccount(db, {}, async (trx) => {
    await lockPerson(trx, person.id);
    const isFirst = !(await findWhetherAny(trx, person.id));
    await add(trx);
    if (!isFirst) return undefined;
    await replaceRecoveryCodes(trx, person.id, codes.rows);
    await updatePersonSecondStep(trx, person.id, true);
    await deleteOtherSessionsOf(trx, person.id, person.sessionId);
    await recordAccountEvent(trx, person.id, { kind: 'second-step.set-up', subjectId: person.id, after: { by } });
    return codes.plain;
  });
}

/** New recovery codes in place of all that there were, to be shown once. */
export async function renewRecoveryCodes(db: Db, personId: string): Promise<string[]> {
  const codes = await hashedCodes();
  await asAccount(db, {}, async (trx) => {
    await lockPerson(trx, personId);
    if (!(await findWhetherAny(trx, personId)))
      throw new ConflictError('You have no second step. Set one up first: recovery codes come with it.');
    await replaceRecoveryCodes(trx, personId, codes.rows);
    await recordAccountEvent(trx, personId, { kind: 'recovery-codes.renewed', subjectId: personId });
  });
  return codes.plain;
}

/** Takes the app away; there may be none. Where a passkey is left the second step stays on. Whether it does. */
export async function turnOffApp(db: Db, personId: string): Promise<boolean> {
  return asAccount(db, {}, async (trx) => {
    await lockPerson(trx, personId);
    if (!(await removeApp(trx, personId))) return findWhetherAny(trx, personId);
    await recordAccountEvent(trx, personId, { kind: 'second-step.app-removed', subjectId: personId });
    return endSecondStepIfEmpty(trx, personId);
  });
}

/** Turns the second step off when the last thing to prove it with has gone. Whether it is still on. */
export async function endSecondStepIfEmpty(trx: Transaction, personId: string): Promise<boolean> {
  if (await findWhetherAny(trx, personId)) return true;
  await removeSecondStep(trx, personId);
  await updatePersonSecondStep(trx, personId, false);
  await recordAccountEvent(trx, personId, { kind: 'second-step.turned-off', subjectId: personId });
  return false;
}

/** Takes somebody else's second step away, for a lead or an administrator, and signs them out. False when there is none. */
export async function resetSecondStep(
  db: Db,
  by: { personId: string; studyId?: string },
  personId: string,
): Promise<boolean> {
  if (by.personId === personId)
    throw new ConflictError('You cannot reset your own second step. Turn it off on the page of your account instead.');
  return asAccount(db, {}, async (trx) => {
    await lockPerson(trx, personId);
    if (!(await removeSecondStep(trx, personId))) return false;
    await updatePersonSecondStep(trx, personId, false);
    await deleteSessionsOf(trx, personId);
    const study = by.studyId === undefined ? {} : { studyId: by.studyId };
    await recordAccountEvent(trx, by.personId, { kind: 'second-step.reset', subjectId: personId, ...study });
    return true;
  });
}

/** A present member of the study and their account; refused as for a new password, because both together open it. */
export async function memberWithSecondStep(
  db: Db,
  actor: Actor,
  membershipId: string,
): Promise<{ personId: string; name: string; email: string; hasSecondStep: boolean }> {
  const member = await memberToReset(db, actor, membershipId);
  const person = await findPerson(db, member.personId);
  if (!person) throw new NotFoundError();
  return { personId: person.id, name: member.name, email: person.email, hasSecondStep: person.secondStepAt !== null };
}

async function hashedCodes(): Promise<{ plain: string[]; rows: { id: string; label: string; hash: string }[] }> {
  const plain = newRecoveryCodes();
  const rows = await Promise.all(
    plain.map(async (text) => {
      const code = text.replaceAll('-', '');
      return { id: newId(), label: code.slice(0, 4), hash: await hashPassword(code) };
    }),
  );
  return { plain, rows };
}
