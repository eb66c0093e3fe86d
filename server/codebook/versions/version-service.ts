import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { stateOf } from '../steps/step.ts';
import { findCodebookForUpdate } from '../theme-queries.ts';
import type { NewVersion } from './version-form.ts';
import { findNextVersionNumber, findVersionById, insertVersion } from './version-queries.ts';

/** Keeps the codebook as it is now under a name. Sending the same id twice keeps it once. Gives the version's number. */
export function nameVersion(db: Db, actor: Actor, { id, name, note }: NewVersion): Promise<number> {
  return inStudy(db, actor, async (trx) => {
    const { present, removed } = await findCodebookForUpdate(trx, actor.studyId);
    const existing = await findVersionById(trx, id);
    if (existing?.byId === actor.membershipId) return existing.number;
    const themes = [...present, ...removed].map((theme) => ({ id: theme.id, ...stateOf(theme) }));
    const number = await findNextVersionNumber(trx);
    const row = { id, name, note, number, themes, studyId: actor.studyId, by: actor.membershipId };
    if (!(await insertVersion(trx, row))) throw new NotFoundError();
    await recordEvent(trx, actor, { kind: 'codebook.version-named', subjectId: id, after: { number } });
    return number;
  });
}
