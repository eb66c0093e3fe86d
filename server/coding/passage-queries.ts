import type { Transaction } from '../database/connection.ts';
import { prepared } from '../database/prepared.ts';
import type { Statement } from '../database/together.ts';
import { type Paragraph, paragraphOf } from '../notes/paragraphs.ts';
import type { StoredCoding, UsedTheme } from './coding-queries.ts';
import type { CutPassage, Passage } from './passage.ts';

/**
 * A relation `beginning (at)`: where the paragraph of note $1 begins that holds the position, or the last one before it.
 * Joined and not compared with: a subselect in a comparison cannot use the index under row-level security, so that every
 * paragraph before it would be read.
 */
export const beginningAt = (position: string) => `
  (select coalesce(max(start_position), 0) as at from note_paragraphs where note_id = $1 and start_position <= ${position}) as beginning`;

const FOR_CODING = `
  with locked as materialized (
    select latest_revision, removed_at is not null as removed from notes where id = $1 for share
  ), used as materialized (
    select id, name, removed_at is not null as removed, retired_at is not null as retired from themes
     where id = any ($2::uuid[]) and exists (select from locked) order by id for share
  ), stored as (
    select id, note_id as "noteId", theme_id as "themeId", coder_id as "coderId", removed_at is not null as removed
      from codings where id = any ($3::uuid[])
  ), around as (
    select number, start_position as start, end_position as "end", body as text
      from ${beginningAt('$5')} join note_paragraphs
           on note_id = $1 and start_position >= beginning.at and start_position < $6
     order by number
  )
  select locked.latest_revision as revision, locked.removed, notes.latest_revision as seen,
         (select id from note_revisions where note_id = $1 and number = $4) as "revisionId",
         (select coalesce(json_agg(used), '[]') from used) as themes,
         (select coalesce(json_agg(stored), '[]') from stored) as stored,
         (select coalesce(json_agg(around), '[]') from around) as paragraphs,
         coalesce((select end_position from note_paragraphs where note_id = $1 order by number desc limit 1), 0) as "lastEnd"
    from locked join notes on notes.id = $1`;

/**
 * What coding a passage must know, in one trip. Until the transaction ends nobody can save a revision of the note,
 * remove it or remove one of the themes; others may code it meanwhile. `seen` is its newest revision as everything but
 * the locks was read: where it is not `revision`, somebody has saved while this one waited. `revisionId` is that of
 * revision `number`, null when there is none; `stored`, what is kept under the ids sent; `paragraphs`, those from two
 * characters before `around` to two behind it, with where the last one of the note ends. Undefined without the note.
 */
export async function findForCoding(
  trx: Transaction,
  noteId: string,
  given: WantedForCoding,
): Promise<ForCoding | undefined> {
  const { name, text, values } = findingForCoding(noteId, given);
  return forCodingOf(await prepared<ForCoding>(trx, name, text, values));
}

/** The same as a statement to be sent with others; forCodingOf() reads what it finds. */
export function findingForCoding(noteId: string, given: WantedForCoding): Statement {
  const { start, end } = given.around ?? { start: 0, end: 0 };
  const values = [noteId, given.themeIds, given.ids, given.number, start - 2, end + 2];
  return { name: 'find-for-coding', text: FOR_CODING, values };
}

export function forCodingOf([found]: readonly ForCoding[]): ForCoding | undefined {
  return found && { ...found, paragraphs: found.paragraphs.map(paragraphOf) };
}

type WantedForCoding = {
  number: number;
  ids: readonly string[];
  themeIds: readonly string[];
  around: Passage | undefined;
};

export type ForCoding = {
  revision: number;
  removed: boolean;
  seen: number;
  revisionId: string | null;
  themes: UsedTheme[];
  stored: StoredCoding[];
  paragraphs: Paragraph[];
  lastEnd: number;
};

const INSERT = `
  insert into codings (id, theme_id, study_id, note_id, revision_id, coder_id, start_position, end_position, quote,
                       context_before, context_after, paragraph_label)
  select given.id, given.theme_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
    from unnest($1::uuid[], $2::uuid[]) as given (id, theme_id)`;
const INSERT_NEW = `${INSERT} on conflict do nothing returning id`;

/** A coding for each of `codings`, of one passage by one coder. In the order of their themes, so that two coders take turns. */
export type NewCodings = {
  studyId: string;
  noteId: string;
  revisionId: string;
  coderId: string;
  cut: CutPassage;
  codings: { id: string; themeId: string }[];
};

/** Answers the ids of those that were not there already, by id or by what they say. */
export async function insertCodings(trx: Transaction, given: NewCodings): Promise<string[]> {
  const inserted = await prepared<{ id: string }>(trx, 'insert-codings', INSERT_NEW, valuesOf(given));
  return inserted.map(({ id }) => id);
}

/** The same as a statement to be sent with others, which fails (23505) where one of them is there already. */
export function insertionOf(given: NewCodings): Statement {
  return { name: 'insert-new-codings', text: INSERT, values: valuesOf(given) };
}

function valuesOf({ cut, codings, ...given }: NewCodings): unknown[] {
  const inOrder = codings.toSorted((left, right) => (left.themeId < right.themeId ? -1 : 1));
  return [
    inOrder.map(({ id }) => id),
    inOrder.map(({ themeId }) => themeId),
    given.studyId,
    given.noteId,
    given.revisionId,
    given.coderId,
    cut.start,
    cut.end,
    cut.quote,
    cut.contextBefore,
    cut.contextAfter,
    cut.label,
  ];
}
