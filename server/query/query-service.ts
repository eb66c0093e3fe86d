import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { copyCsv } from '../database/copy-out.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { type AskedQuery, countResults, resultsSelect } from './query-queries.ts';
import {
  findSavedQuery,
  insertSavedQuery,
  type SavedQuery,
  updateSavedQuery,
  updateSavedQueryRemoved,
} from './saved-query-queries.ts';
import type { ThemeQuery } from './theme-query.ts';

const TAKEN = 'Another query of this study has this name. Choose another name';

/** Keeps a question under a name, for the whole study. Sent twice, it is kept once. FieldError when the name is taken. */
export function saveQuery(
  db: Db,
  actor: Actor,
  { id, name, query }: { id: string; name: string; query: ThemeQuery },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const existing = await findSavedQuery(trx, id);
    if (existing?.createdById === actor.membershipId) return;
    const row = { id, studyId: actor.studyId, name, definition: query, by: actor.membershipId };
    if (!(await withFreeName(trx, (attempt) => insertSavedQuery(attempt, row))))
      throw new ConflictError('This query could not be saved. Reload the page and save it again.');
    await recordEvent(trx, actor, { kind: 'query.saved', subjectId: id, after: { ...query } });
  });
}

/** Changes a kept question. ConflictError when somebody saved it after `version`, or removed it. */
export function changeQuery(
  db: Db,
  actor: Actor,
  { id, name, query, version }: { id: string; name: string; query: ThemeQuery; version: number },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findSavedQuery(trx, id);
    if (!before) throw new NotFoundError();
    const row = { id, name, definition: query, version, by: actor.membershipId };
    if (!(await withFreeName(trx, (attempt) => updateSavedQuery(attempt, row))))
      throw new ConflictError('Somebody else changed this query after you opened it.');
    await recordEvent(trx, actor, {
      kind: 'query.changed',
      subjectId: id,
      before: { ...before.definition, version: before.version },
      after: { ...query, version: version + 1 },
    });
  });
}

export function removeQuery(db: Db, actor: Actor, id: string): Promise<SavedQuery> {
  return inStudy(db, actor, async (trx) => {
    const query = await findSavedQuery(trx, id);
    if (!query) throw new NotFoundError();
    if (await updateSavedQueryRemoved(trx, id, actor.membershipId))
      await recordEvent(trx, actor, { kind: 'query.removed', subjectId: id });
    return query;
  });
}

/** ConflictError when its name has been given to another meanwhile. */
export function restoreQuery(db: Db, actor: Actor, id: string): Promise<SavedQuery> {
  return inStudy(db, actor, async (trx) => {
    const query = await findSavedQuery(trx, id);
    if (!query) throw new NotFoundError();
    try {
      if (await withFreeName(trx, (attempt) => updateSavedQueryRemoved(attempt, id, null)))
        await recordEvent(trx, actor, { kind: 'query.restored', subjectId: id });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw new ConflictError(
        `Another query is called “${query.name}” by now. Give that one another name, then bring this one back.`,
      );
    }
    return query;
  });
}

/** Sends all passages of a question as CSV, and puts on record that they have left. */
export function sendResults(
  db: Db,
  actor: Actor,
  asked: AskedQuery,
  { take, signal }: { take: (chunk: Buffer) => void | Promise<void>; signal: AbortSignal },
): Promise<void> {
  return inStudy(
    db,
    actor,
    async (trx) => {
      const rows = await copyCsv(trx, resultsSelect(trx, asked), take, signal);
      const { raw } = await countResults(trx, asked);
      const after = { ...asked.query, rows, rawNotes: raw.notes };
      await recordEvent(trx, actor, { kind: 'query.downloaded', after });
    },
    { snapshot: true },
  );
}

async function withFreeName<T>(trx: Transaction, work: (attempt: Transaction) => Promise<T>): Promise<T> {
  try {
    return await trx.transaction(work);
  } catch (error) {
    if ((error as { code?: unknown }).code !== '23505') throw error;
    throw new FieldError('name', TAKEN);
  }
}
