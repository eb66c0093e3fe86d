import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { findOpenVisit } from '../notes/note-queries.ts';
import { ConflictError, NotFoundError } from '../shared/errors.ts';
import { updateDocument, updateVisits } from './document-queries.ts';
import { findNoteImportForUpdate } from './note-import-queries.ts';

const OVER =
  'This import is not waiting for you any more: it was confirmed or thrown away. Open it to see what it came to.';

/** Keeps what somebody decided about one document. */
export function decideDocument(
  db: Db,
  actor: Actor,
  importId: string,
  id: string,
  to: { title: string; visit?: string | undefined; decision: 'import' | 'leave-out' },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await lockReady(trx, importId);
    if (to.visit !== undefined && !(await findOpenVisit(trx, to.visit))) throw new NotFoundError();
    const changes = {
      title: to.title,
      visitId: to.visit ?? null,
      hint: null,
      leftOut: to.decision === 'leave-out',
    };
    if ((await updateDocument(trx, importId, id, changes)) === 0) throw new NotFoundError();
  });
}

/** Gives one visit to the documents that have none, or to all of them. */
export function giveVisit(
  db: Db,
  actor: Actor,
  importId: string,
  { visit, which }: { visit: string; which: 'without' | 'all' },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await lockReady(trx, importId);
    if (!(await findOpenVisit(trx, visit))) throw new NotFoundError();
    await updateVisits(trx, importId, visit, which);
  });
}

async function lockReady(trx: Transaction, importId: string): Promise<void> {
  const found = await findNoteImportForUpdate(trx, importId);
  if (!found) throw new NotFoundError();
  if (found.state !== 'ready') throw new ConflictError(OVER);
}
