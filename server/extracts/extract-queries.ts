import type { Knex } from 'knex';
import { listThemes } from '../codebook/theme-queries.ts';
import { pathText, themesInOrder } from '../codebook/theme-tree.ts';
import type { Transaction } from '../database/connection.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import { type Choice, type Choices, type ExtractFilter, type ThemeChoice, themesWithin } from './extract-filter.ts';

/** A coding as it is read. Dates are instants; positions code points of the revision that the coding is tied to. */
export type Extract = {
  id: string;
  quote: string;
  contextBefore: string;
  contextAfter: string;
  themeId: string;
  themePath: string;
  agencyCode: string;
  agencyName: string;
  phase: string;
  visitedAt: Date;
  noteId: string;
  noteTitle: string;
  revision: number;
  label: ParagraphLabel;
  coder: string;
  codedAt: Date;
  needsReview: boolean;
};

export type ExtractCounts = { codings: number; notes: number; agencies: number; coders: number };

/** A filter with what it takes to ask it: the study's themes, and the zone that its dates are meant in. */
export type Asked = { filter: ExtractFilter; choices: Pick<Choices, 'themes'>; timeZone: string };

/**
 * What the study offers to filter by: its present themes in reading order, agencies, phases and its team, past members
 * included; and, of its present notes, those among `asked`.
 */
export async function listChoices(trx: Transaction, asked: { note: string[] } = { note: [] }): Promise<Choices> {
  const themes = themesInOrder(await listThemes(trx)).map(
    ({ id, parentId, name, position, depth, path }): ThemeChoice => ({
      id,
      parentId,
      name,
      position,
      depth,
      path: pathText(path),
    }),
  );
  const agencies: Choice[] = await trx('agencies').orderBy('name').select('id', 'name');
  const phases: Choice[] = await trx('phases').orderBy(['position', 'name']).select('id', 'name');
  const coders: Choice[] = await trx('memberships')
    .whereNot('role', 'agency')
    .orderBy(['name', 'id'])
    .select('id', 'name');
  const notes: Choice[] = asked.note.length === 0 ? [] : await listNoteTitles(trx, asked.note);
  return { themes, agencies, phases, coders, notes };
}

function listNoteTitles(trx: Transaction, ids: string[]): Promise<Choice[]> {
  return trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .whereIn('notes.id', ids)
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .orderBy(['note_revisions.title', 'notes.id'])
    .select({ id: 'notes.id', name: 'note_revisions.title' });
}

/**
 * The one place that says which codings a filter means: list, counts and export all begin here. Codings that were
 * removed, or whose theme, note or visit was, are none of them; those that need review are.
 */
export function extracts(trx: Transaction, { filter, choices, timeZone }: Asked): Knex.QueryBuilder {
  const themeIds = themesWithin(filter, choices.themes);
  const query = trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .whereNull('codings.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .whereNull('themes.removed_at');
  if (themeIds !== null) void query.whereIn('codings.theme_id', themeIds);
  if (filter.agency.length > 0) void query.whereIn('visits.agency_id', filter.agency);
  if (filter.phase.length > 0) void query.whereIn('visits.phase_id', filter.phase);
  if (filter.coder.length > 0) void query.whereIn('codings.coder_id', filter.coder);
  if (filter.label.length > 0) void query.whereIn('codings.paragraph_label', filter.label);
  if (filter.from !== null)
    void query.whereRaw('visits.starts_at >= (?::date)::timestamp at time zone ?', [filter.from, timeZone]);
  if (filter.to !== null)
    void query.whereRaw('visits.starts_at < (?::date + 1)::timestamp at time zone ?', [filter.to, timeZone]);
  if (filter.coded_from !== null)
    void query.whereRaw('codings.created_at >= (?::date)::timestamp at time zone ?', [filter.coded_from, timeZone]);
  if (filter.coded_to !== null)
    void query.whereRaw('codings.created_at < (?::date + 1)::timestamp at time zone ?', [filter.coded_to, timeZone]);
  if (filter.note.length > 0) void query.whereIn('codings.note_id', filter.note);
  if (filter.deidentified === 'only') void query.where('notes.deidentification', '<>', 'raw');
  if (filter.words !== '')
    void query.whereRaw('codings.quote ilike ?', [`%${filter.words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`]);
  return query;
}

/** `extracts` with all that is shown of each joined on; no join drops or doubles a row. */
export function extractsWithProvenance(trx: Transaction, wanted: Asked): Knex.QueryBuilder {
  const paths = wanted.choices.themes.flatMap(({ id, path }) => [id, path]);
  return extracts(trx, wanted)
    .joinRaw(
      `left join (values (null::uuid, null::text)${', (?::uuid, ?::text)'.repeat(paths.length / 2)})
         as theme_paths (id, path) on theme_paths.id = codings.theme_id`,
      paths,
    )
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .join('note_revisions', 'note_revisions.id', 'codings.revision_id')
    .join('memberships as coder', 'coder.id', 'codings.coder_id');
}

// By visit, then by note, then as the note is read; the id makes the order the same every time.
const ORDER = ['visits.starts_at', 'notes.id', 'codings.start_position', 'codings.id'];

export function inReadingOrder(query: Knex.QueryBuilder, direction: 'asc' | 'desc' = 'asc'): Knex.QueryBuilder {
  return query.orderBy(ORDER.map((column) => ({ column, order: direction })));
}

// Of what would leave: neither what is coded blind, nor what is kept for a note's author and the lead.
const IS_RAW = `notes.deidentification = 'raw' and codings.sealed_to is null and codings.kept_for is null`;

/** How many codings a filter means, of how many notes, agencies and coders, and how many of what leaves is raw. */
export async function countExtracts(
  trx: Transaction,
  wanted: Asked,
): Promise<ExtractCounts & { rawCodings: number; rawNotes: number }> {
  return countsOf(trx, extracts(trx, wanted));
}

/** The same of any query on codings that begins with extracts(). */
export async function countsOf(
  trx: Transaction,
  query: Knex.QueryBuilder,
): Promise<ExtractCounts & { rawCodings: number; rawNotes: number }> {
  const groups = query
    .groupBy('codings.note_id', 'visits.agency_id', 'codings.coder_id')
    .select('codings.note_id', 'visits.agency_id', 'codings.coder_id')
    .count('* as codings')
    .select(trx.raw(`count(*) filter (where ${IS_RAW}) as raw`))
    .as('groups');
  return trx(groups).first(
    trx.raw(`coalesce(sum(codings), 0)::int as codings, count(distinct note_id)::int as notes,
             count(distinct agency_id)::int as agencies, count(distinct coder_id)::int as coders,
             coalesce(sum(raw), 0)::int as "rawCodings", count(distinct note_id) filter (where raw > 0)::int as "rawNotes"`),
  ) as Promise<ExtractCounts & { rawCodings: number; rawNotes: number }>;
}

/** A page's edge: the extract that it begins after, or ends before. */
export type Edge = { id: string; side: 'after' | 'before' };

/** Up to `limit` extracts in reading order; undefined when the edge is no coding of the study. */
export async function listExtracts(
  trx: Transaction,
  wanted: Asked,
  { edge, limit }: { edge?: Edge; limit: number },
): Promise<Extract[] | undefined> {
  const backwards = edge?.side === 'before';
  const query = inReadingOrder(extractsWithProvenance(trx, wanted), backwards ? 'desc' : 'asc').limit(limit);
  if (edge) {
    const place = await findPlace(trx, edge.id);
    if (!place) return undefined;
    const [sign, row] = [backwards ? '<' : '>', [place.startsAt, place.noteId, place.start, edge.id]];
    // The first condition says nothing new; it lets the database begin at the right visit.
    void query
      .whereRaw(`visits.starts_at ${sign}= ?::timestamptz`, [place.startsAt])
      .whereRaw(`(${ORDER.join(', ')}) ${sign} (?::timestamptz, ?::uuid, ?::int, ?::uuid)`, row);
  }
  const rows: Extract[] = await query.select({
    id: 'codings.id',
    quote: 'codings.quote',
    contextBefore: 'codings.context_before',
    contextAfter: 'codings.context_after',
    themeId: 'codings.theme_id',
    themePath: trx.raw('coalesce(theme_paths.path, themes.name)'),
    agencyCode: 'agencies.code',
    agencyName: 'agencies.name',
    phase: 'phases.name',
    visitedAt: 'visits.starts_at',
    noteId: 'notes.id',
    noteTitle: 'note_revisions.title',
    revision: 'note_revisions.number',
    label: 'codings.paragraph_label',
    coder: 'coder.name',
    codedAt: 'codings.created_at',
    needsReview: trx.raw('codings.needs_review_at is not null'),
  });
  return backwards ? rows.toReversed() : rows;
}

// As text: a Date would cut the microseconds off and repeat or skip the extracts of that visit. Removed ones keep their place.
async function findPlace(
  trx: Transaction,
  codingId: string,
): Promise<{ startsAt: string; noteId: string; start: number } | undefined> {
  return trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .where('codings.id', codingId)
    .first({
      startsAt: trx.raw('visits.starts_at::text'),
      noteId: 'notes.id',
      start: 'codings.start_position',
    });
}
