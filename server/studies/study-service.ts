import { recordAccountEvent, recordEvent } from '../audit/event-service.ts';
import { type Actor, asAccount, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { findActor, insertMembership } from './membership-queries.ts';
import { findSecondStepRuleForUpdate, insertStudy, updateSecondStepRule } from './study-queries.ts';

type Founder = { id: string; name: string };

/** Founds a study with `person` as its lead, in a transaction set to that person. False when the id is taken. */
export async function foundStudy(
  trx: Transaction,
  person: Founder,
  study: { id: string; name: string; requiresSecondStep?: boolean },
): Promise<boolean> {
  if (!(await insertStudy(trx, study))) return false;
  const id = newId();
  await insertMembership(trx, {
    id,
    studyId: study.id,
    personId: person.id,
    name: person.name,
    role: 'lead',
    agencyId: null,
  });
  await recordAccountEvent(trx, person.id, { kind: 'study.founded', studyId: study.id, subjectId: study.id });
  await recordAccountEvent(trx, person.id, {
    kind: 'membership.began',
    studyId: study.id,
    subjectId: id,
    after: { role: 'lead', personId: person.id },
  });
  return true;
}

/** The same for an administrator's form; sending it twice founds one study. NotFoundError when the id is another's. */
export async function createStudy(
  db: Db,
  person: Founder,
  study: { id: string; name: string; requiresSecondStep: boolean },
): Promise<void> {
  const founded = await asAccount(db, { personId: person.id }, (trx) => foundStudy(trx, person, study));
  if (!founded && !(await findActor(db, person.id, study.id))) throw new NotFoundError();
}

/**
 * Whether lead and researchers of the study must sign in with a second step; it counts from their next page on.
 * ConflictError when the lead has none: they would shut themselves out.
 */
export async function changeSecondStepRule(
  db: Db,
  actor: Actor,
  { requires, hasOwn }: { requires: boolean; hasOwn: boolean },
): Promise<void> {
  if (requires && !hasOwn)
    throw new ConflictError(
      'Set up a second step for yourself first, on the page of your account. Then ask it of others.',
    );
  await inStudy(db, actor, async (trx) => {
    if ((await findSecondStepRuleForUpdate(trx, actor.studyId)) === requires) return;
    await updateSecondStepRule(trx, actor.studyId, requires);
    await recordEvent(trx, actor, {
      kind: 'study.second-step-rule-changed',
      subjectId: actor.studyId,
      before: { requires: !requires },
      after: { requires },
    });
  });
}
