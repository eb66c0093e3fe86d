import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db, type Transaction } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { findActor, insertMembership } from './membership-queries.ts';
import { insertStudy } from './study-queries.ts';

type Founder = { id: string; name: string };

/** Founds a study with `person` as its lead, in a transaction set to that person. False when the id is taken. */
export async function foundStudy(
  trx: Transaction,
  person: Founder,
  study: { id: string; name: string },
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
export async function createStudy(db: Db, person: Founder, study: { id: string; name: string }): Promise<void> {
  const founded = await asAccount(db, { personId: person.id }, (trx) => foundStudy(trx, person, study));
  if (!founded && !(await findActor(db, person.id, study.id))) throw new NotFoundError();
}
