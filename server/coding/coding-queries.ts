import type { Db, Transaction } from '../database/connection.ts';
import { type Paragraph, paragraphOf } from '../notes/paragraphs.ts';
import type { CutPassage, Passage } from './passage.ts';

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

/** The note's codings in reading order, those that need review included. */
export async function listCodings(trx: Transaction, noteId: string): Promise<ShownCoding[]> {
  return shownCodings(trx).where('codings.note_id', noteId);
}

/**
 * Until the transaction ends, nobody can save a revision of the note or remove it; others may code it meanwhile.
 * `revisionId` is that of revision `number`, null when there is none.
 */
export async function findNoteForShare(
  trx: Transaction,
  noteId: string,
  number = 0,
): Promise<{ revision: number; removed: boolean; revisionId: string | null } | undefined> {
  return trx('notes')
    .leftJoin('note_revisions as wanted', (join) =>
      join.on('wanted.note_id', 'notes.id').onVal('wanted.number', number),
    )
    .where('notes.id', noteId)
    .forShare('notes')
    .first({
      revision: 'notes.latest_revision',
      removed: trx.raw('notes.removed_at is not null'),
      revisionId: 'wanted.id',
    });
}

export async function findRevisionText(
  trx: Transaction,
  noteId: string,
  number: number,
): Promise<{ id: string; body: string } | undefined> {
  return trx('note_revisions').where({ note_id: noteId, number }).first('id', 'body');
}

type UsedTheme = { id: string; name: string; removed: boolean; retired: boolean };

// In the order of their ids, so that two coders take turns.
const THEMES_FOR_SHARE = `select id, name, removed_at is not null as removed, retired_at is not null as retired from themes
   where id = any (?::uuid[]) order by id for share`;

/** Until the transaction ends, none of them can be removed. */
export async function findThemesForShare(trx: Transaction, ids: readonly string[]): Promise<UsedTheme[]> {
  const { rows } = await trx.raw<{ rows: UsedTheme[] }>(THEMES_FOR_SHARE, [[...ids]]);
  return rows;
}

/**
 * What coding a passage of the note's newest text must know, in one trip: the themes, which cannot be removed until the
 * transaction ends; what is stored under the ids sent; and the paragraphs from two characters before `around` to two
 * behind it, with where the last one of the note ends. The note must be locked.
 */
export async function findForCoding(
  trx: Transaction,
  noteId: string,
  given: { ids: readonly string[]; themeIds: readonly string[]; around: Passage | undefined },
): Promise<{ themes: UsedTheme[]; stored: StoredCoding[]; paragraphs: Paragraph[]; lastEnd: number }> {
  const { start, end } = given.around ?? { start: 0, end: 0 };
  const { rows } = await trx.raw<{ rows: [ForCoding] }>(
    `with used as materialized (${THEMES_FOR_SHARE}),
     stored as (
       select id, note_id as "noteId", theme_id as "themeId", coder_id as "coderId", removed_at is not null as removed
         from codings where id = any (?::uuid[])
     ),
     around as (
       select number, start_position as start, end_position as "end", body as text
         from note_paragraphs
        where note_id = ? and start_position < ?::int
          and start_position >= coalesce(
            (select max(start_position) from note_paragraphs where note_id = ? and start_position <= ?::int), 0)
        order by number
     )
     select (select coalesce(json_agg(used), '[]') from used) as themes,
            (select coalesce(json_agg(stored), '[]') from stored) as stored,
            (select coalesce(json_agg(around), '[]') from around) as paragraphs,
            coalesce((select end_position from note_paragraphs where note_id = ? order by number desc limit 1), 0) as "lastEnd"`,
    [[...given.themeIds], [...given.ids], noteId, end + 2, noteId, start - 2, noteId],
  );
  return { ...rows[0], paragraphs: rows[0].paragraphs.map(paragraphOf) };
}

type ForCoding = {
  themes: UsedTheme[];
  stored: StoredCoding[];
  paragraphs: Pick<Paragraph, 'number' | 'start' | 'end' | 'text'>[];
  lastEnd: number;
};

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

/** One coding for each of `codings`; answers the ids of those that were not there already, by id or by what they say. */
export async function insertCodings(
  trx: Transaction,
  given: {
    studyId: string;
    noteId: string;
    revisionId: string;
    coderId: string;
    cut: CutPassage;
    codings: { id: string; themeId: string }[];
  },
): Promise<string[]> {
  const { cut } = given;
  const rows = given.codings.map(({ id, themeId }) => ({
    id,
    study_id: given.studyId,
    note_id: given.noteId,
    revision_id: given.revisionId,
    theme_id: themeId,
    coder_id: given.coderId,
    start_position: cut.start,
    end_position: cut.end,
    quote: cut.quote,
    context_before: cut.contextBefore,
    context_after: cut.contextAfter,
    paragraph_label: cut.label,
  }));
  const inserted: { id: string }[] = await trx('codings').insert(rows).onConflict().ignore().returning('id');
  return inserted.map(({ id }) => id);
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
