import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import type { AgencyChange, NewAgency } from './agency-form.ts';
import { findAgency, insertAgency, updateAgency } from './agency-queries.ts';

/**
 * Adds an agency to the study. Sending the same twice adds it once; ConflictError when what is stored under the id says
 * something else. FieldError when its name or code is taken.
 */
export function addAgency(db: Db, actor: Actor, values: NewAgency): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const isNew =
      (await findAgency(trx, values.id)) === undefined &&
      (await unlessTaken(values, () => insertAgency(trx, { ...values, studyId: actor.studyId })));
    if (!isNew) return refuseAnother(trx, values);
    const { id, code, sector } = values;
    await recordEvent(trx, actor, { kind: 'agency.added', subjectId: id, after: { code, sector } });
  });
}

// The id is taken: by this form, sent twice, or by a row that this member cannot see.
async function refuseAnother(trx: Transaction, { id, name, code, sector }: NewAgency): Promise<void> {
  const stored = await findAgency(trx, id);
  if (!stored) throw new NotFoundError();
  if (stored.name !== name || stored.code !== code || stored.sector !== sector)
    throw new ConflictError('This agency is saved already, with other details.');
}

/** Saves over `version`; ConflictError when somebody else has saved since, FieldError when the name or code is taken. */
export function changeAgency(db: Db, actor: Actor, id: string, values: AgencyChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findAgency(trx, id);
    if (!before) throw new NotFoundError();
    if (!(await unlessTaken(values, () => updateAgency(trx, id, values))))
      throw new ConflictError('Somebody else changed this agency after you opened it.');
    await recordEvent(trx, actor, {
      kind: 'agency.changed',
      subjectId: id,
      before: { code: before.code, sector: before.sector, status: before.status },
      after: { code: values.code, sector: values.sector, status: values.status },
    });
  });
}

async function unlessTaken<T>({ name, code }: { name: string; code: string }, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { constraint } = error as { constraint?: string };
    if (constraint === 'agencies_name_unique')
      throw new FieldError('name', `The study has an agency called “${name}” already.`);
    if (constraint === 'agencies_code_unique')
      throw new FieldError('code', `Another agency of the study has the code ${code}. Choose another.`);
    throw error;
  }
}
