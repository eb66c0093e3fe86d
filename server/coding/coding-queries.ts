import type { Db, Transaction } from '../database/connection.ts';
import type { Passage } from './passage.ts';

/** A note as it is coded: its newest saved text, and where it comes from. `revision` 0 and an empty body: never saved. */
export type CodedNote = {
  id: string;
  revision: number;
  title: string | null;
  body: string | null;
  agencyName: string;
  setting: string;
  visitedAt: Date;
};

/** A coding as pages show it. [start, end) in code points of revision `revision`. */
export type ShownCoding = Passage & {
  id: string;
  quote: string;
  revision: number;
  themeId: string;
  themeName: string;
  themeRemoved: boolean;
  coderId: string;
  coderName: string;
  createdAt: Date;
  needsReviewAt: Date | null;
  /** How often it has been changed, from 1. */
  version: number;
};

/** Undefined when the note does not exist or is removed. */
export async function findCodedNote(trx: Transaction, noteId: string): Promise<CodedNote | undefined> {
  return trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .where('notes.id', noteId)
    .whereNull('notes.removed_at')
    .first({
      id: 'notes.id',
      revision: 'notes.latest_revision',
      title: 'note_revisions.title',
      body: 'note_revisions.body',
      agencyName: 'agencies.name',
      setting: 'visits.setting',
      visitedAt: 'visits.starts_at',
    });
}

/** Codings that are not removed, in reading order; whoever calls this says which. */
export function shownCodings(trx: Transaction | Db) {
  return trx('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .join('note_revisions', 'note_revisions.id', 'codings.revision_id')
    .whereNull('codings.removed_at')
    .select({
      id: 'codings.id',
      start: 'codings.start_position',
      end: 'codings.end_position',
      quote: 'codings.quote',
      revision: 'note_revisions.number',
      themeId: 'themes.id',
      themeName: 'themes.name',
      themeRemoved: trx.raw('themes.removed_at is not null'),
      coderId: 'codings.coder_id',
      coderName: 'memberships.name',
      createdAt: 'codings.created_at',
      needsReviewAt: 'codings.needs_review_at',
      version: 'codings.version',
    })
    .orderBy([
      { column: 'codings.start_position' },
      { column: 'codings.end_position', order: 'desc' },
      { column: 'themes.name' },
      { column: 'codings.id' },
    ]);
}

/** A coding as it stands in the text, of whichever revision. */
export type PlacedCoding = Omit<ShownCoding, 'revision'>;

/** The note's codings in reading order, those that need review included. */
export async function listCodings(trx: Transaction, noteId: string): Promise<ShownCoding[]> {
  return shownCodings(trx).where('codings.note_id', noteId);
}

/** Undefined where it is removed, or its note is. */
export async function findShownCoding(
  trx: Transaction,
  id: string,
): Promise<(ShownCoding & { noteId: string }) | undefined> {
  const coding = await trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .where('codings.id', id)
    .whereNull('notes.removed_at')
    .first({ noteId: 'notes.id' });
  const [shown] = coding ? await shownCodings(trx).where('codings.id', id) : [];
  return shown && { ...shown, noteId: coding.noteId };
}

/** Until the transaction ends, nobody can save a revision of the note or remove it; others may code it meanwhile. */
export async function findNoteForShare(
  trx: Transaction,
  noteId: string,
): Promise<{ revision: number; removed: boolean } | undefined> {
  return trx('notes')
    .where({ id: noteId })
    .forShare()
    .first({ revision: 'latest_revision', removed: trx.raw('removed_at is not null') });
}

export async function findRevisionText(
  trx: Transaction,
  noteId: string,
  number: number,
): Promise<{ id: string; body: string } | undefined> {
  return trx('note_revisions').where({ note_id: noteId, number }).first('id', 'body');
}

export type UsedTheme = { id: string; name: string; removed: boolean; retired: boolean };

/** Until the transaction ends, none of them can be removed. In the order of their ids, so that two coders take turns. */
export async function findThemesForShare(trx: Transaction, ids: readonly string[]): Promise<UsedTheme[]> {
  return trx('themes')
    .whereIn('id', [...ids])
    .orderBy('id')
    .forShare()
    .select({
      id: 'id',
      name: 'name',
      removed: trx.raw('removed_at is not null'),
      retired: trx.raw('retired_at is not null'),
    });
}

export type StoredCoding = { id: string; noteId: string; themeId: string; coderId: string; removed: boolean };

const STORED = { id: 'id', noteId: 'note_id', themeId: 'theme_id', coderId: 'coder_id' };

/** By id, removed ones included. */
export async function findCodingsById(trx: Transaction, ids: string[]): Promise<StoredCoding[]> {
  return trx('codings')
    .whereIn('id', ids)
    .select({ ...STORED, removed: trx.raw('removed_at is not null') });
}

/** What this coder has given to exactly this passage of this revision, and not removed. */
export async function findCodingsOfPassage(
  trx: Transaction,
  given: Passage & { noteId: string; revisionId: string; coderId: string },
): Promise<StoredCoding[]> {
  return trx('codings')
    .where({
      note_id: given.noteId,
      revision_id: given.revisionId,
      coder_id: given.coderId,
      start_position: given.start,
      end_position: given.end,
    })
    .whereNull('removed_at')
    .select({ ...STORED, removed: trx.raw('false') });
}

export type CodingState = Passage & {
  id: string;
  noteId: string;
  noteRemoved: boolean;
  coderId: string;
  coderName: string;
  themeId: string;
  themeName: string;
  themeRemoved: boolean;
  removed: boolean;
  needsReview: boolean;
  version: number;
};

/**
 * Locks the coding until the transaction ends, and keeps its note and theme from being removed meanwhile. The note comes
 * first, as when a revision is saved: whoever takes both takes them in that order.
 */
export async function findCodingForUpdate(trx: Transaction, id: string): Promise<CodingState | undefined> {
  const coding = await trx('codings').where({ id }).first({ noteId: 'note_id', themeId: 'theme_id' });
  if (!coding) return undefined;
  await findNoteForShare(trx, coding.noteId);
  await findThemesForShare(trx, [coding.themeId]);
  await trx('codings').where({ id }).forUpdate().first('id');
  return trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.id', id)
    .first({
      id: 'codings.id',
      noteId: 'codings.note_id',
      noteRemoved: trx.raw('notes.removed_at is not null'),
      coderId: 'codings.coder_id',
      coderName: 'memberships.name',
      themeId: 'codings.theme_id',
      themeName: 'themes.name',
      themeRemoved: trx.raw('themes.removed_at is not null'),
      removed: trx.raw('codings.removed_at is not null'),
      needsReview: trx.raw('codings.needs_review_at is not null'),
      version: 'codings.version',
      start: 'codings.start_position',
      end: 'codings.end_position',
    });
}

export async function updateCodingRemoved(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('codings')
    .where({ id })
    .update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by, version: trx.raw('version + 1') });
}
