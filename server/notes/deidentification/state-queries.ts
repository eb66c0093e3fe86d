import type { Transaction } from '../../database/connection.ts';
import type { DeidentificationState } from './state.ts';

type Step = { by: string; byId: string; at: Date } | null;

/** Where a note stands, and who brought it there. `authorId` is the one that its raw text is kept for. */
export type Deidentification = {
  state: DeidentificationState;
  authorId: string;
  deidentified: Step;
  checked: Step;
  released: Step;
};

/** Undefined when the note does not exist or is removed. */
export async function findDeidentification(trx: Transaction, noteId: string): Promise<Deidentification | undefined> {
  const row = await trx('notes')
    .leftJoin('memberships as first', 'first.id', 'notes.deidentified_by')
    .leftJoin('memberships as second', 'second.id', 'notes.checked_by')
    .leftJoin('memberships as third', 'third.id', 'notes.released_by')
    .where('notes.id', noteId)
    .whereNull('notes.removed_at')
    .first({
      state: 'notes.deidentification',
      authorId: 'notes.author_id',
      firstBy: 'first.name',
      firstId: 'first.id',
      firstAt: 'notes.deidentified_at',
      secondBy: 'second.name',
      secondId: 'second.id',
      secondAt: 'notes.checked_at',
      thirdBy: 'third.name',
      thirdId: 'third.id',
      thirdAt: 'notes.released_at',
    });
  if (!row) return undefined;
  const step = (by: string | null, byId: string, at: Date): Step => (by === null ? null : { by, byId, at });
  return {
    state: row.state,
    authorId: row.authorId,
    deidentified: step(row.firstBy, row.firstId, row.firstAt),
    checked: step(row.secondBy, row.secondId, row.secondAt),
    released: step(row.thirdBy, row.thirdId, row.thirdAt),
  };
}

/** Throws PostgreSQL's 23514 on notes_checked_by_another when it is the person who de-identified the note. */
export async function updateNoteChecked(trx: Transaction, id: string, by: string): Promise<void> {
  await trx('notes').where({ id }).update({ deidentification: 'checked', checked_at: trx.fn.now(), checked_by: by });
}

export async function updateNoteReleased(trx: Transaction, id: string, by: string): Promise<void> {
  await trx('notes')
    .where({ id })
    .update({ deidentification: 'releasable', released_at: trx.fn.now(), released_by: by });
}

/** Takes back what follows `state`, and nothing else. */
export async function updateNoteTakenBack(trx: Transaction, id: string, state: DeidentificationState): Promise<void> {
  const nobody = (step: string) => ({ [`${step}_at`]: null, [`${step}_by`]: null });
  await trx('notes')
    .where({ id })
    .update({
      deidentification: state,
      ...nobody('released'),
      ...(state !== 'checked' && nobody('checked')),
      ...(state === 'raw' && nobody('deidentified')),
    });
}

export type WaitingNote = {
  id: string;
  state: DeidentificationState;
  title: string | null;
  author: string;
  authorId: string;
  deidentifiedById: string | null;
  checkedById: string | null;
  agency: string;
  visitedAt: Date;
};

/** Finished or de-identified notes in `state`, those waiting longest first; how many there are in all. */
export async function listNotesInState(
  trx: Transaction,
  state: DeidentificationState,
  limit: number,
): Promise<{ notes: WaitingNote[]; total: number }> {
  const waiting = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .where('notes.deidentification', state)
    .where('notes.latest_revision', '>', 0)
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at');
  if (state === 'raw') void waiting.whereNotNull('notes.completed_at');
  const notes = await waiting
    .clone()
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('memberships as author', 'author.id', 'notes.author_id')
    .leftJoin('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .orderBy(['notes.created_at', 'notes.id'])
    .limit(limit)
    .select({
      id: 'notes.id',
      state: 'notes.deidentification',
      title: 'latest.title',
      author: 'author.name',
      authorId: 'notes.author_id',
      deidentifiedById: 'notes.deidentified_by',
      checkedById: 'notes.checked_by',
      agency: 'agencies.name',
      visitedAt: 'visits.starts_at',
    });
  const counted = await waiting.clone().first(trx.raw('count(*)::int as total'));
  return { notes, total: (counted as { total: number } | undefined)?.total ?? 0 };
}
