import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { keptInWords, obstaclesTo, type PublicationAnswer } from './publication.ts';
import { findNamed, lookThrough, refuseUnread } from './summary-check-service.ts';
import type { SummaryCheck } from './summary-findings.ts';
import type { NewSummary, SummaryChange } from './summary-form.ts';
import {
  findSummary,
  findSummaryAgency,
  findSummaryForUpdate,
  insertPublication,
  insertSummary,
  type Summary,
  updatePublicationWithdrawn,
  updateSummary,
  updateSummaryRemoved,
} from './summary-queries.ts';

/**
 * Begins a summary for an agency. Sending the same twice makes it once; ConflictError when what is stored under the id
 * has other words.
 */
export function writeSummary(db: Db, actor: Actor, agencyId: string, values: NewSummary): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findSummaryAgency(trx, agencyId))) throw new NotFoundError();
    const row = { ...values, studyId: actor.studyId, agencyId, by: actor.membershipId };
    if (await insertSummary(trx, row)) {
      await recordEvent(trx, actor, { kind: 'summary.written', subjectId: values.id, after: { agencyId } });
      return;
    }
    // The id is taken: by this form, sent twice, or by a row that this member cannot see.
    const stored = await findSummary(trx, values.id);
    if (!stored) throw new NotFoundError();
    if (stored.title !== values.title || stored.body !== values.body || stored.agencyId !== agencyId)
      throw new ConflictError('This summary is saved already, with other words.');
  });
}

/** Saves over `version`; ConflictError when somebody else has saved since. */
export function changeSummary(db: Db, actor: Actor, id: string, values: SummaryChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const summary = await lockSummary(trx, id);
    if (!(await updateSummary(trx, id, { ...values, by: actor.membershipId })))
      throw new ConflictError('Somebody else saved this summary after you opened it.');
    await recordEvent(trx, actor, {
      kind: 'summary.changed',
      subjectId: id,
      before: { version: summary.version },
      after: { version: values.version + 1 },
    });
  });
}

/** A summary with what in it tells, or may tell, who somebody is; `unreadable`: names that could not be looked for. */
export type ReadSummary = { summary: Summary; check: SummaryCheck; unreadable: number };

/** Shows only what stands in the text anyway, so no look is recorded. */
export async function readSummary(db: Db, actor: Actor, id: string): Promise<ReadSummary> {
  const found = await inStudy(db, actor, async (trx) => {
    const summary = await findSummary(trx, id);
    if (!summary || summary.removedAt !== null) throw new NotFoundError();
    return { summary, ...(await findNamed(trx)) };
  });
  // Outside the transaction: reading a long text takes longer than asking for the names.
  const { summary, named, unreadable } = found;
  return { summary, check: lookThrough(summary, named), unreadable };
}

/**
 * Publishes the text of a version to the agency in place of what it reads now; publishing the same text again is done
 * once. Where something in it tells who somebody is and was not answered for, nothing is published: what is missing comes
 * back, by the fields of the page.
 */
export function publishSummary(
  db: Db,
  actor: Actor,
  id: string,
  answer: PublicationAnswer,
): Promise<Record<string, string>> {
  const { version } = answer;
  return inStudy(db, actor, async (trx) => {
    await lockSummary(trx, id);
    const summary = await findSummary(trx, id);
    if (summary?.version === version && isPublishedAsItStands(summary)) return {};
    if (summary?.version !== version) throw new ConflictError(CHANGED_SINCE);
    const { named, unreadable } = await findNamed(trx);
    refuseUnread(unreadable);
    const check = lookThrough(summary, named);
    const obstacles = obstaclesTo(check, answer);
    if (Object.keys(obstacles).length > 0) return obstacles;
    await updatePublicationWithdrawn(trx, id, actor.membershipId);
    const publicationId = newId();
    if (!(await insertPublication(trx, { id: publicationId, summaryId: id, version, by: actor.membershipId })))
      throw new ConflictError(CHANGED_SINCE);
    await recordEvent(trx, actor, {
      kind: 'summary.published',
      subjectId: id,
      after: { version, publicationId, ...keptInWords(check, answer) },
    });
    return {};
  });
}

const CHANGED_SINCE = 'The summary was changed after you opened this page. Read it again before you publish it.';

/** Takes the summary away from the agency; nothing happens when it is not published. */
export function withdrawSummary(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await lockSummary(trx, id);
    if ((await updatePublicationWithdrawn(trx, id, actor.membershipId)) > 0)
      await recordEvent(trx, actor, { kind: 'summary.withdrawn', subjectId: id });
  });
}

/** Removes the summary; ConflictError while the agency can still read it. */
export function removeSummary(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await lockSummary(trx, id);
    const summary = await findSummary(trx, id);
    if (summary?.publicationId)
      throw new ConflictError('The agency can read this summary. Withdraw it before you remove it.');
    await updateSummaryRemoved(trx, id, actor.membershipId);
    await recordEvent(trx, actor, { kind: 'summary.removed', subjectId: id });
  });
}

/** Undoes removeSummary. */
export function restoreSummary(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const summary = await findSummaryForUpdate(trx, id);
    if (!summary) throw new NotFoundError();
    if (!summary.removed) return;
    await updateSummaryRemoved(trx, id, null);
    await recordEvent(trx, actor, { kind: 'summary.restored', subjectId: id });
  });
}

async function lockSummary(trx: Transaction, id: string): Promise<{ version: number }> {
  const summary = await findSummaryForUpdate(trx, id);
  if (!summary || summary.removed) throw new NotFoundError();
  return summary;
}

function isPublishedAsItStands(summary: {
  title: string;
  body: string;
  publishedTitle: string | null;
  publishedBody: string | null;
}): boolean {
  return summary.publishedTitle === summary.title && summary.publishedBody === summary.body;
}
