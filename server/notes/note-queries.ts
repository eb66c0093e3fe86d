import type { Transaction } from '../database/connection.ts';
import type { DeidentificationState } from './deidentification/state.ts';

/**
 * A note with its newest text: `latestRevision` 0, and `title`, `body`, `savedAt`, `savedBy` null, before the first is
 * saved. They are null as well while the text is kept for others (isKept). `lagMinutes` is negative when the note was finished before the visit ended.
 */
export type Note = {
  id: string;
  visitId: string;
  author: string;
  createdAt: Date;
  latestRevision: number;
  deidentification: DeidentificationState;
  revisionId: string | null;
  title: string | null;
  body: string | null;
  savedAt: Date | null;
  savedBy: string | null;
  completedAt: Date | null;
  completedBy: string | null;
  lagMinutes: number | null;
};

/** Where and when the note's visit was, and who watched. */
export type NoteVisit = {
  id: string;
  agencyName: string;
  agencyCode: string;
  phase: string;
  setting: string;
  startsAt: Date;
  endsAt: Date;
  observers: string[];
};

/** What a change of a note needs to know, and must know alone. */
export type LockedNote = {
  id: string;
  visitId: string;
  latestRevision: number;
  deidentification: DeidentificationState;
  completedAt: Date | null;
  completedBy: string | null;
  removed: boolean;
};

/** The note unless it is removed, or undefined. */
export async function findNote(trx: Transaction, id: string): Promise<Note | undefined> {
  return trx('notes')
    .join('memberships as author', 'author.id', 'notes.author_id')
    .leftJoin('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .leftJoin('memberships as saver', 'saver.id', 'latest.saved_by')
    .leftJoin('memberships as finisher', 'finisher.id', 'notes.completed_by')
    .where('notes.id', id)
    .whereNull('notes.removed_at')
    .first({
      id: 'notes.id',
      visitId: 'notes.visit_id',
      author: 'author.name',
      createdAt: 'notes.created_at',
      latestRevision: 'notes.latest_revision',
      deidentification: 'notes.deidentification',
      revisionId: 'latest.id',
      title: 'latest.title',
      body: 'latest.body',
      savedAt: 'latest.saved_at',
      savedBy: 'saver.name',
      completedAt: 'notes.completed_at',
      completedBy: 'finisher.name',
      lagMinutes: trx.raw('extract(epoch from notes.write_up_lag)::float8 / 60'),
    });
}

/** The visit of a note, or undefined. */
export async function findNoteVisit(trx: Transaction, visitId: string): Promise<NoteVisit | undefined> {
  return trx('visits')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .where('visits.id', visitId)
    .first({
      id: 'visits.id',
      agencyName: 'agencies.name',
      agencyCode: 'agencies.code',
      phase: 'phases.name',
      setting: 'visits.setting',
      startsAt: 'visits.starts_at',
      endsAt: 'visits.ends_at',
      observers: trx.raw(
        `array(select memberships.name from visit_observers
               join memberships on memberships.id = visit_observers.membership_id
               where visit_observers.visit_id = visits.id order by memberships.name)`,
      ),
    });
}

/** A visit that notes can be written about, or undefined. */
export async function findOpenVisit(trx: Transaction, id: string): Promise<{ id: string } | undefined> {
  return trx('visits').where({ id }).whereNull('removed_at').first('id');
}

/** The visit of a note by its id, removed notes included, or undefined. */
export async function findVisitOfNote(trx: Transaction, id: string): Promise<{ visitId: string } | undefined> {
  return trx('notes').where({ id }).first({ visitId: 'visit_id' });
}

/** Locks the note until the transaction ends: whoever saves, finishes or removes it takes turns. */
export async function findNoteForUpdate(trx: Transaction, id: string): Promise<LockedNote | undefined> {
  const row = await trx('notes').where({ id }).forUpdate().first({
    id: 'id',
    visitId: 'visit_id',
    latestRevision: 'latest_revision',
    deidentification: 'deidentification',
    completedAt: 'completed_at',
    completedById: 'completed_by',
    removedAt: 'removed_at',
  });
  if (!row) return undefined;
  const { completedById, removedAt, ...note } = row;
  const finisher =
    completedById === null ? undefined : await trx('memberships').where({ id: completedById }).first('name');
  return { ...note, completedBy: finisher?.name ?? null, removed: removedAt !== null };
}

/** False when the id is taken. */
export async function insertNote(
  trx: Transaction,
  row: { id: string; studyId: string; visitId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('notes')
    .insert({ id: row.id, study_id: row.studyId, visit_id: row.visitId, author_id: row.by })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

export async function updateNoteRemoved(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('notes')
    .where({ id })
    .update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by });
}

export async function updateLatestRevision(trx: Transaction, id: string, number: number): Promise<void> {
  await trx('notes').where({ id }).update({ latest_revision: number });
}

/** Finishes the note now. The write-up lag is that of the first time: a later correction does not lengthen it. */
export async function updateNoteCompleted(
  trx: Transaction,
  id: string,
  by: string,
): Promise<{ completedAt: Date; lagMinutes: number }> {
  const { rows } = await trx.raw<{ rows: { completedAt: Date; lagMinutes: number }[] }>(
    `update notes set completed_at = now(), completed_by = ?,
            write_up_lag = coalesce(write_up_lag, now() - visits.ends_at)
       from visits where visits.id = notes.visit_id and notes.id = ?
     returning notes.completed_at as "completedAt", extract(epoch from notes.write_up_lag)::float8 / 60 as "lagMinutes"`,
    [by, id],
  );
  if (!rows[0]) throw new Error('a locked note was not there to be finished');
  return rows[0];
}

/** Reopens the note. */
export async function updateNoteReopened(trx: Transaction, id: string): Promise<void> {
  await trx('notes').where({ id }).update({ completed_at: null, completed_by: null });
}

/** How many codings of the note have lost their words by an edit and wait for somebody to decide where they belong. */
export async function countNeedReview(trx: Transaction, noteId: string): Promise<number> {
  const row = await trx('codings')
    .where({ note_id: noteId })
    .whereNull('removed_at')
    .whereNotNull('needs_review_at')
    .count<{ count: string }[]>('* as count')
    .first();
  return Number(row?.count ?? 0);
}
