import type { Transaction } from '../../database/connection.ts';
import { maskWithheld } from '../../notes/withheld.ts';
import { listWithheldByRevision } from '../../notes/withheld-queries.ts';

/** What the file remembers of the file that the study came from, by kind and in its order. */
export type Origin = { guid: string; entityId: string | null; content: string };

export async function listOrigins(trx: Transaction, kinds: readonly string[]): Promise<(Origin & { kind: string })[]> {
  return trx('exchange_origins')
    .whereIn('kind', kinds)
    .orderBy(['kind', 'position'])
    .select({ kind: 'kind', guid: 'guid', entityId: 'entity_id', content: 'content' });
}

/** The origins of sources after the one at `after`, in their order. */
export async function listSourceOrigins(
  trx: Transaction,
  kind: string,
  after: number,
  limit: number,
): Promise<(Origin & { position: number })[]> {
  return trx('exchange_origins')
    .where({ kind })
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .select({ position: 'position', guid: 'guid', entityId: 'entity_id', content: 'content' });
}

/**
 * By the id of a row, the GUID by which the study's own file knew it (those that differ from the row's id), and `raw` as the
 * file had it, where that was another's too.
 */
export async function listOriginGuids(
  trx: Transaction,
  kinds: readonly string[],
): Promise<{ kind: string; entityId: string; guid: string; raw: string }[]> {
  return trx('exchange_origins')
    .whereIn('kind', kinds)
    .whereNotNull('entity_id')
    .select({
      kind: 'kind',
      entityId: 'entity_id',
      guid: trx.raw(`coalesce(content::json #>> '{element,attributes,guid}', guid)`),
      raw: 'guid',
    });
}

export type ExportedMember = { id: string; name: string };

/** Members who wrote or coded something, or added a file. */
export async function listAuthors(trx: Transaction): Promise<ExportedMember[]> {
  return trx('memberships')
    .whereRaw(
      `exists (select from notes where author_id = memberships.id)
       or exists (select from note_revisions where saved_by = memberships.id)
       or exists (select from codings where coder_id = memberships.id and sealed_to is null)
       or exists (select from memos where memberships.id in (written_by, updated_by))
       or exists (select from attachments where uploaded_by = memberships.id and removed_at is null)
       or exists (select from exchange_origins where kind = 'User' and entity_id = memberships.id)`,
    )
    .leftJoin('exchange_origins', (join) =>
      join.on('exchange_origins.entity_id', 'memberships.id').andOnVal('exchange_origins.kind', 'User'),
    )
    .orderByRaw('exchange_origins.position nulls last, memberships.created_at, memberships.id')
    .select('memberships.id', 'memberships.name');
}

export type ExportedTheme = {
  id: string;
  parentId: string | null;
  name: string;
  definition: string;
  when_to_use: string;
  when_not_to_use: string;
  example: string;
  colour: string;
};

export async function listExportedThemes(trx: Transaction): Promise<ExportedTheme[]> {
  return trx('themes')
    .whereNull('removed_at')
    .orderBy(['position', 'id'])
    .select(
      'id',
      { parentId: 'parent_id' },
      'name',
      'definition',
      'when_to_use',
      'when_not_to_use',
      'example',
      'colour',
    );
}

export type ExportedAgency = { id: string; name: string; code: string; sector: string; status: string };

export async function listExportedAgencies(trx: Transaction): Promise<ExportedAgency[]> {
  return trx('agencies')
    .leftJoin('exchange_origins', (join) =>
      join.on('exchange_origins.entity_id', 'agencies.id').andOnVal('exchange_origins.kind', 'Case'),
    )
    .orderByRaw('exchange_origins.position nulls last, agencies.created_at, agencies.id')
    .select('agencies.id', 'agencies.name', 'agencies.code', 'agencies.sector', 'agencies.status');
}

/** Times are written as in the file. */
export type ExportedNote = {
  id: string;
  isReleased: boolean;
  agencyId: string;
  authorId: string;
  createdAt: string;
  completedAt: string | null;
  revision: number;
  revisionId: string;
  title: string;
  body: string;
  savedBy: string;
  savedAt: string;
  visitId: string;
  setting: string;
  purpose: string;
  /** Undefined where nobody is to know the day. */
  startsAt: string | undefined;
  endsAt: string | undefined;
  phase: string;
};

export const written = (column: string): string =>
  `rtrim(rtrim(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'`;

/**
 * The notes of a file, with their visits and newest texts. It is read by others than whoever makes it: a text that is kept
 * for its author and the lead is in none.
 */
export function notesOfFile(trx: Transaction) {
  return trx('notes')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .whereNull('note_revisions.kept_for')
    .join('visits', 'visits.id', 'notes.visit_id')
    .whereNull('notes.removed_at');
}

/** Whether a note was written here. */
export const IS_OWN = `not exists (select from exchange_origins
        where exchange_origins.study_id = notes.study_id and exchange_origins.entity_id = notes.id)`;

function exportedNotes(trx: Transaction) {
  return notesOfFile(trx)
    .join('phases', 'phases.id', 'visits.phase_id')
    .select({
      id: 'notes.id',
      agencyId: 'visits.agency_id',
      isReleased: trx.raw(`notes.deidentification = 'releasable'`),
      authorId: 'notes.author_id',
      createdAt: trx.raw(written('notes.created_at')),
      completedAt: trx.raw(written('notes.completed_at')),
      revision: 'note_revisions.number',
      revisionId: 'note_revisions.id',
      title: 'note_revisions.title',
      body: 'note_revisions.body',
      savedBy: 'note_revisions.saved_by',
      savedAt: trx.raw(written('note_revisions.saved_at')),
      visitId: 'visits.id',
      setting: 'visits.setting',
      purpose: 'visits.purpose',
      startsAt: trx.raw(written('visits.starts_at')),
      endsAt: trx.raw(written('visits.ends_at')),
      phase: 'phases.name',
    });
}

/** Those of the notes that are in the file, in no order. */
export async function listNotesById(trx: Transaction, ids: readonly string[]): Promise<ExportedNote[]> {
  return withoutWithheld(trx, await exportedNotes(trx).whereIn('notes.id', ids));
}

// The letters of what is withheld are made unreadable, so that positions stay as they are.
async function withoutWithheld(trx: Transaction, notes: ExportedNote[]): Promise<ExportedNote[]> {
  const stretches = await listWithheldByRevision(
    trx,
    notes.map(({ revisionId }) => revisionId),
  );
  return notes.map((note) => ({ ...note, body: maskWithheld(note.body, 0, stretches.get(note.revisionId) ?? []) }));
}

export type ExportedCoding = {
  id: string;
  noteId: string;
  themeId: string;
  coderId: string;
  start: number;
  end: number;
  quote: string;
  createdAt: string;
};

/** Codings of the notes as their newest text has them; what waits for review or is coded blind is left out. */
export async function listExportedCodings(
  trx: Transaction,
  notes: readonly Pick<ExportedNote, 'id' | 'revisionId'>[],
): Promise<ExportedCoding[]> {
  return trx('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .whereIn(
      'codings.note_id',
      notes.map(({ id }) => id),
    )
    .whereIn(
      'codings.revision_id',
      notes.map(({ revisionId }) => revisionId),
    )
    .whereNull('codings.removed_at')
    .whereNull('codings.needs_review_at')
    .whereNull('codings.sealed_to')
    .whereNull('codings.kept_for')
    .whereNull('themes.removed_at')
    .orderBy(['codings.note_id', 'codings.start_position', 'codings.end_position', 'codings.created_at', 'codings.id'])
    .select({
      id: 'codings.id',
      noteId: 'codings.note_id',
      themeId: 'codings.theme_id',
      coderId: 'codings.coder_id',
      start: 'codings.start_position',
      end: 'codings.end_position',
      quote: 'codings.quote',
      createdAt: trx.raw(written('codings.created_at')),
    });
}

export type ExportedMemo = {
  id: string;
  noteId: string | null;
  themeId: string | null;
  codingId: string | null;
  body: string;
  writtenBy: string;
  writtenAt: string;
  updatedBy: string | null;
  updatedAt: string | null;
};

/** Memos whose subject is in the file: a memo on a coding that waits for review stays behind with it. */
export async function listExportedMemos(trx: Transaction): Promise<ExportedMemo[]> {
  return (
    trx('memos')
      .leftJoin('notes', 'notes.id', 'memos.note_id')
      .leftJoin('themes', 'themes.id', 'memos.theme_id')
      .leftJoin('codings', 'codings.id', 'memos.coding_id')
      .leftJoin('notes as coded', 'coded.id', 'codings.note_id')
      .leftJoin('note_revisions as newest', (join) =>
        join.on('newest.note_id', 'coded.id').on('newest.number', 'coded.latest_revision'),
      )
      .whereNull('memos.removed_at')
      .whereNull('notes.removed_at')
      .whereNull('themes.removed_at')
      // Nor what is said of a note that is not in the file itself.
      .whereRaw(
        `(memos.note_id is null or exists (select from note_revisions as text
        where text.note_id = notes.id and text.number = notes.latest_revision and text.kept_for is null))`,
      )
      .whereRaw(
        `(memos.coding_id is null or codings.removed_at is null and codings.needs_review_at is null and codings.sealed_to is null
        and coded.removed_at is null and codings.revision_id = newest.id)`,
      )
      .leftJoin('exchange_origins as origin', (join) =>
        join.on('origin.entity_id', 'memos.id').andOnVal('origin.kind', 'Memo'),
      )
      .orderByRaw('origin.position nulls last, memos.written_at, memos.id')
      .select({
        id: 'memos.id',
        noteId: 'memos.note_id',
        themeId: 'memos.theme_id',
        codingId: 'memos.coding_id',
        body: 'memos.body',
        writtenBy: 'memos.written_by',
        writtenAt: trx.raw(written('memos.written_at')),
        updatedBy: 'memos.updated_by',
        updatedAt: trx.raw(written('memos.updated_at')),
      })
  );
}
