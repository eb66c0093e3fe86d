import type { ThemeNode } from '../codebook/theme-tree.ts';
import type { Transaction } from '../database/connection.ts';
import { prepared } from '../database/prepared.ts';
import type { Statement } from '../database/together.ts';
import { type Paragraph, paragraphOf } from '../notes/paragraphs.ts';
import type { PlacedCoding, ShownCoding } from './coding-queries.ts';
import { beginningAt } from './passage-queries.ts';
import type { Passage } from './passage.ts';

/** What of a note's page is to be painted anew: the paragraphs that a passage touches, or those that a page asks for. */
export type Wanted = Passage | { paragraphs: readonly number[]; codings: readonly string[] };

/** A coding of the note that was asked for, and the number of the paragraph that it begins in. */
type AskedCoding = ShownCoding & { paragraph: number };

export type Repaint = {
  revision: number;
  paragraphs: Paragraph[];
  /** Where those of them begin that are withheld because of consent. */
  withheld: ReadonlySet<number>;
  /** In place and touching one of `paragraphs`, in reading order. */
  codings: PlacedCoding[];
  /** Those of the ids asked for that are in place. */
  made: AskedCoding[];
  /** Their themes, and what those stand under. */
  themes: ThemeNode[];
};

const TOUCHED = `${beginningAt('$2')} join note_paragraphs
  on note_id = $1 and start_position >= beginning.at and start_position < $3 and end_position > $2`;
const NUMBERED = 'note_paragraphs where note_id = $1 and number = any ($2::int[]) and $3::int is null';

const IN_PLACE = `
  select codings.id, codings.theme_id, codings.coder_id, codings.revision_id, codings.start_position,
         codings.end_position, codings.quote, codings.created_at, codings.version, codings.id = any ($4::uuid[]) as is_asked
    from reach join codings on codings.note_id = $1 and codings.removed_at is null and codings.needs_review_at is null`;
const WITHIN = 'codings.start_position < reach.ends and codings.end_position > reach.starts';
// Joined by where they reach, which is a condition of an index, and those asked for that stand elsewhere apart.
const TOUCHING = `${IN_PLACE} and ${WITHIN}`;
const TOUCHING_OR_ASKED = `${TOUCHING} union all ${IN_PLACE} and codings.id = any ($4::uuid[]) and (${WITHIN}) is not true`;

const repaint = (which: string, codings: string) => `
  with recursive painted as materialized (
    select number, start_position as start, end_position as "end", body as text,
           exists (select from note_withheld as w where w.note_id = note_paragraphs.note_id
             and w.revision_id = note_paragraphs.revision_id and w.start_position = note_paragraphs.start_position) as "isWithheld"
      from ${which}
  ), reach as materialized (
    select min(start) as starts, max("end") as ends from painted
  ), shown as materialized (${codings}
  ), worded as (
    select shown.id, shown.start_position as start, shown.end_position as "end", shown.quote,
           shown.theme_id as "themeId", themes.name as "themeName", themes.removed_at is not null as "themeRemoved",
           shown.coder_id as "coderId", memberships.name as "coderName", shown.created_at as "createdAt",
           null as "needsReviewAt", shown.version,
           exists (select from painted where shown.start_position < painted."end" and shown.end_position > painted.start) as "isPainted",
           case when is_asked then (select number from note_revisions where id = shown.revision_id) end as revision,
           case when is_asked then (select number from note_paragraphs where note_id = $1 and start_position <= shown.start_position
             order by start_position desc limit 1) end as paragraph
      from shown
      join themes on themes.id = shown.theme_id
      join memberships on memberships.id = shown.coder_id
     order by shown.start_position, shown.end_position desc, themes.name, shown.id
  ), branches as (
    select id, parent_id, name, position from themes
     where removed_at is null and id in (select theme_id from shown where is_asked)
    union
    select themes.id, themes.parent_id, themes.name, themes.position
      from branches join themes on themes.id = branches.parent_id and themes.removed_at is null
  )
  select notes.latest_revision as revision,
         (select coalesce(json_agg(painted order by number), '[]') from painted) as paragraphs,
         (select coalesce(json_agg(worded), '[]') from worded) as codings,
         (select coalesce(json_agg(json_build_object('id', id, 'parentId', parent_id, 'name', name, 'position', position)), '[]')
            from branches) as themes
    from notes where id = $1 and removed_at is null`;

const REPAINT_PASSAGE = repaint(TOUCHED, TOUCHING_OR_ASKED);
const REPAINT_PARAGRAPHS = repaint(NUMBERED, TOUCHING_OR_ASKED);
const REPAINT_MADE = repaint(TOUCHED, TOUCHING);

/**
 * All that is wanted of a note, at one moment and in one trip, without reading the rest of its text; with the codings
 * `ids`, and of the codebook their themes. Undefined when the note is removed.
 */
export async function findRepaint(
  trx: Transaction,
  noteId: string,
  { wanted, ids }: { wanted: Wanted; ids: readonly string[] },
): Promise<Repaint | undefined> {
  const rows =
    'start' in wanted
      ? await prepared<Row>(trx, 'repaint-passage', REPAINT_PASSAGE, [noteId, wanted.start, wanted.end, ids])
      : await prepared<Row>(trx, 'repaint-paragraphs', REPAINT_PARAGRAPHS, [noteId, wanted.paragraphs, null, ids]);
  return repaintOf(rows, ids);
}

/** The same for codings `ids` that are being made of the passage, to be sent with their writing; repaintOf() reads it. */
export function repaintingOf(noteId: string, { start, end }: Passage, ids: readonly string[]): Statement {
  return { name: 'repaint-made', text: REPAINT_MADE, values: [noteId, start, end, ids] };
}

export function repaintOf(rows: readonly object[] | undefined, ids: readonly string[]): Repaint | undefined {
  const row = rows?.[0] as Row | undefined;
  if (!row) return undefined;
  const codings = row.codings.map((coding) => ({ ...coding, createdAt: new Date(coding.createdAt) }));
  return {
    ...row,
    paragraphs: row.paragraphs.map(paragraphOf),
    withheld: new Set(row.paragraphs.filter(({ isWithheld }) => isWithheld).map(({ start }) => start)),
    codings: codings.filter(({ isPainted }) => isPainted),
    made: codings.filter(({ id }) => ids.includes(id)),
  };
}

type Row = Omit<Repaint, 'codings' | 'made' | 'paragraphs' | 'withheld'> & {
  paragraphs: (Paragraph & { isWithheld: boolean })[];
  codings: (AskedCoding & { isPainted: boolean })[];
};
