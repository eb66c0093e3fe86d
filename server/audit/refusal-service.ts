import { type Actor, asAccount, type Db, inStudy } from '../database/connection.ts';
import { recordAccountEvent, recordEvent } from './event-service.ts';

export type Refusal = {
  personId: string;
  /** The member, where a guard had let them in. */
  actor: Actor | undefined;
  studyId: string | undefined;
  thing: string | undefined;
  often: boolean;
  method: string;
  route: string | null;
  status: number;
  requestId: string | null;
};

/** Records it in the study of a member, and otherwise with the person's account, about the study that they tried to enter. */
export async function recordRefusal(db: Db, refusal: Refusal): Promise<void> {
  const { actor, method, route, status, thing, studyId } = refusal;
  const kind = refusal.often ? 'access.refused-often' : 'access.refused';
  const after = { method, route, status, ...(thing !== undefined && thing !== studyId && { thing }) };
  if (actor) {
    await inStudy(db, actor, (trx) => recordEvent(trx, actor, { kind, after }));
    return;
  }
  const event = {
    kind,
    after,
    requestId: refusal.requestId,
    ...(studyId !== undefined && { subjectId: studyId }),
  } as const;
  await asAccount(db, {}, (trx) => recordAccountEvent(trx, refusal.personId, event));
}
