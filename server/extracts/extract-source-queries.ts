import { listThemes } from '../codebook/theme-queries.ts';
import { pathText, themesInOrder } from '../codebook/theme-tree.ts';
import type { Transaction } from '../database/connection.ts';
import { rowsOf } from '../database/cursor.ts';
import {
  type Asked,
  countsOf,
  type ExtractCounts,
  extracts,
  extractsWithProvenance,
  inReadingOrder,
} from './extract-queries.ts';
import { NO_RAW_WORDS, type RawWords } from './raw-words.ts';
import type { LeavingExtract, LeavingMemo, LeavingOrder, LeavingTheme } from './extract-source.ts';

/** An instant as it leaves in every format: to the millisecond, in UTC. */
export const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** For a select of codings: the memos on each, the oldest first; null where there are none. */
export const MEMOS_ON_CODING = `(select json_agg(json_build_object('author', author.name,
        'writtenAt', ${instant('memos.written_at')}, 'body', memos.body) order by memos.id)
      from memos join memberships as author on author.id = memos.written_by
     where memos.coding_id = codings.id and memos.removed_at is null)`;

/**
 * What leaves of a query on codings. What is coded blind is left out even for its coder: the same export would be other
 * bytes for others, and its count would tell them how much there is. Nor do words leave that are kept for a note's author
 * and the lead: an export is read by others.
 */
export function thatLeave<Query extends ReturnType<typeof extracts>>(query: Query): Query {
  return query.whereNull('codings.sealed_to').whereNull('codings.kept_for') as Query;
}

/** The extracts of a filter with all that is known about each, one after the other and never all in memory. */
export async function* listLeavingExtracts(
  trx: Transaction,
  wanted: Asked,
  order: LeavingOrder,
): AsyncGenerator<LeavingExtract> {
  const query = thatLeave(extractsWithProvenance(trx, wanted));
  if (order === 'theme')
    void query
      .orderByRaw('array_position(?::uuid[], codings.theme_id)', [wanted.choices.themes.map(({ id }) => id)])
      .orderBy(['agencies.name', 'agencies.id']);
  void inReadingOrder(query).select(columnsOf(trx, wanted));
  for await (const row of rowsOf<Row>(trx, query)) yield asLeaving(row);
}

/** These extracts alone, as far as they still leave. */
export async function listLeavingExtractsById(
  trx: Transaction,
  wanted: Asked,
  ids: readonly string[],
): Promise<LeavingExtract[]> {
  const rows: Row[] = await thatLeave(extractsWithProvenance(trx, wanted))
    .whereIn('codings.id', ids)
    .select(columnsOf(trx, wanted));
  return rows.map(asLeaving);
}

type Row = Omit<LeavingExtract, 'memos'> & { memos: LeavingMemo[] | null };

const asLeaving = (row: Row): LeavingExtract => ({ ...row, memos: row.memos ?? [] });

function columnsOf(trx: Transaction, wanted: Asked) {
  return {
    id: 'codings.id',
    quote: 'codings.quote',
    contextBefore: 'codings.context_before',
    contextAfter: 'codings.context_after',
    themeId: 'codings.theme_id',
    themePath: trx.raw('coalesce(theme_paths.path, themes.name)'),
    agencyId: 'agencies.id',
    agencyCode: 'agencies.code',
    agencyName: 'agencies.name',
    phase: 'phases.name',
    visitId: 'visits.id',
    visitDate: trx.raw(`to_char(visits.starts_at at time zone ?, 'YYYY-MM-DD')`, [wanted.timeZone]),
    noteId: 'notes.id',
    noteTitle: 'note_revisions.title',
    revision: 'note_revisions.number',
    label: 'codings.paragraph_label',
    coderId: 'codings.coder_id',
    coder: 'coder.name',
    codedAt: trx.raw(instant('codings.created_at')),
    start: 'codings.start_position',
    end: 'codings.end_position',
    needsReview: trx.raw('codings.needs_review_at is not null'),
    isReleased: trx.raw(`notes.deidentification = 'releasable'`),
    isLatest: trx.raw('codings.needs_review_at is null and note_revisions.number = notes.latest_revision'),
    memos: trx.raw(MEMOS_ON_CODING),
  };
}

/** How much of what leaves is of notes that are not de-identified. */
export async function countRawExtracts(trx: Transaction, wanted: Asked): Promise<RawWords> {
  if (wanted.filter.deidentified === 'only') return NO_RAW_WORDS;
  const row = await thatLeave(extracts(trx, wanted))
    .where('notes.deidentification', 'raw')
    .first(trx.raw('count(*)::float8 as extracts, count(distinct codings.note_id)::float8 as notes'));
  return row as RawWords;
}

/** How many notes leave whole that are not de-identified; of all, or of one. */
export async function countRawNotes(trx: Transaction, noteId?: string): Promise<number> {
  const notes = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .where('notes.deidentification', 'raw')
    .whereNull('latest.kept_for')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at');
  if (noteId !== undefined) void notes.where('notes.id', noteId);
  const row = await notes.first(trx.raw('count(*)::int as notes'));
  return (row as { notes: number }).notes;
}

/** How much leaves: codings, and of how many notes, agencies and coders they are. */
export function countLeaving(trx: Transaction, wanted: Asked): Promise<ExtractCounts> {
  return countsOf(trx, thatLeave(extracts(trx, wanted)));
}

/** The codebook in its order, with how many of the extracts that leave each theme has. */
export async function listLeavingThemes(trx: Transaction, wanted: Asked): Promise<LeavingTheme[]> {
  const rows: { id: string; count: number }[] = await thatLeave(extracts(trx, wanted))
    .groupBy('codings.theme_id')
    .select({ id: 'codings.theme_id', count: trx.raw('count(*)::int') });
  const counts = new Map(rows.map(({ id, count }) => [id, count]));
  return themesInOrder(await listThemes(trx)).map((theme) => ({
    id: theme.id,
    path: pathText(theme.path),
    name: theme.name,
    depth: theme.depth,
    definition: theme.definition,
    whenToUse: theme.whenToUse,
    whenNotToUse: theme.whenNotToUse,
    example: theme.example,
    colour: theme.colour,
    isRetired: theme.retiredAt !== null,
    count: counts.get(theme.id) ?? 0,
  }));
}

/** Which codebook it is now: its latest named version, and how many steps have been taken since. */
export async function findCodebookState(
  trx: Transaction,
): Promise<{ number: number | null; name: string | null; steps: number }> {
  const version: { number: number; name: string; made_at: string } | undefined = await trx('codebook_versions')
    .orderBy('number', 'desc')
    .first('number', 'name', trx.raw('made_at::text as made_at'));
  const steps = trx('codebook_steps').count('* as count');
  if (version) void steps.where('made_at', '>', version.made_at);
  const [row] = await steps;
  return { number: version?.number ?? null, name: version?.name ?? null, steps: Number(row?.count ?? 0) };
}
