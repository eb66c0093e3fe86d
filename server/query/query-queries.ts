import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import { spreadsheetText } from '../database/copy-out.ts';
import { type Choices, EVERYTHING } from '../extracts/extract-filter.ts';
import { extracts } from '../extracts/extract-queries.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import { nearestOther } from './other-side-queries.ts';
import { related } from './relation-queries.ts';
import { comparesPlaces, type ThemeQuery, themesOf } from './theme-query.ts';

/** A question of this study: its themes as they are now, and the zone that its dates are meant in. */
export type AskedQuery = { query: ThemeQuery; choices: Choices; timeZone: string };

/** A passage found: [start, end) of the coding that it belongs to, with its provenance. */
export type QueryResult = {
  id: string;
  start: number;
  end: number;
  quote: string;
  themeId: string;
  themeName: string;
  agencyName: string;
  agencyCode: string;
  phase: string;
  visitedAt: Date;
  noteId: string;
  noteTitle: string;
  label: ParagraphLabel;
  coder: string;
  needsReview: boolean;
  contextBefore: string;
  contextAfter: string;
};

export type ResultEdge = { id: string; start: number; end: number; side: 'after' | 'before' };

// A file is read by others than whoever asks: what is kept for a note's author and the lead, or coded blind, is not in it.
const LEAVES = 'codings.kept_for is null and codings.sealed_to is null';

// The codings of some themes that are there: none that was removed, or whose theme, note or visit was.
function codingsOf(
  trx: Transaction,
  themeIds: string[],
  { query, choices, timeZone }: AskedQuery,
  placed: boolean,
): Knex.QueryBuilder {
  const { agency, phase, coder, from, to, deidentified = null } = query;
  const filter = { ...EVERYTHING, agency, phase, coder, from, to, deidentified };
  // What a filter of extracts means is said there, once.
  const codings = extracts(trx, { filter, choices, timeZone })
    .whereRaw('codings.theme_id = any(?::uuid[])', [themeIds])
    .select('codings.id', 'codings.note_id', 'codings.start_position', 'codings.end_position', 'visits.starts_at')
    .select({ begins_blank: trx.raw(`codings.quote ~ '^\\s'`), ends_blank: trx.raw(`codings.quote ~ '\\s$'`) })
    .select(trx.raw(`(${LEAVES} and notes.deidentification = 'raw') as raw`));
  if (placed) void codings.whereNull('codings.needs_review_at');
  return codings;
}

/** The one place that says what a query finds: list, counts and file all begin here. One row a passage. */
export function results(trx: Transaction, asked: AskedQuery): Knex.QueryBuilder {
  const { query, choices } = asked;
  const side = (ids: string[]) => themesOf(ids, query, choices.themes);
  const { relation, reach, words } = query;
  const placed = comparesPlaces(relation);
  const besides = query.not.length > 0 && comparesPlaces(reach);
  const first = relation === 'or' ? [...side(query.a), ...side(query.b)] : side(query.a);
  const found = trx.with('a', codingsOf(trx, first, asked, placed || besides)).from('a');
  if (relation === 'and')
    void found
      .distinct(
        'a.id',
        'a.note_id',
        'a.starts_at',
        'a.raw',
        trx.raw('greatest(a.start_position, b.start_position) as start_position'),
        trx.raw('least(a.end_position, b.end_position) as end_position'),
      )
      .with('b', codingsOf(trx, side(query.b), asked, true))
      .joinRaw(`join b on ${related('and', 'a', 'b')}`);
  else {
    void found.select('a.id', 'a.note_id', 'a.starts_at', 'a.raw', 'a.start_position', 'a.end_position');
    if (relation !== 'alone' && relation !== 'or')
      void found
        .with('b', codingsOf(trx, side(query.b), asked, placed))
        .whereRaw(
          `exists (select from b where ${related(relation, 'a', 'b')})`,
          relation === 'near' ? [words, words] : [],
        );
  }
  if (query.not.length === 0) return trx.from(found.as('r'));
  return trx
    .with('n', codingsOf(trx, side(query.not), asked, besides))
    .from(found.as('r'))
    .whereRaw(`not exists (select from n where ${related(reach, 'r', 'n')})`);
}

/** `raw`: how many of the passages that leave with the file are of notes that are not de-identified. */
export type ResultCounts = { passages: number; notes: number; raw: { extracts: number; notes: number } };

export async function countResults(trx: Transaction, asked: AskedQuery): Promise<ResultCounts> {
  const rows = results(trx, asked).select('r.note_id', 'r.raw').as('rows');
  return trx(rows).first(
    trx.raw(`count(*)::int as passages, count(distinct note_id)::int as notes,
      json_build_object('extracts', count(*) filter (where raw), 'notes', count(distinct note_id) filter (where raw)) as raw`),
  ) as Promise<ResultCounts>;
}

export type PlaceCount = { agencyId: string; phaseId: string; count: number };

/** How many passages were found at each agency in each phase; none where there are none. */
export async function countByPlace(trx: Transaction, asked: AskedQuery): Promise<PlaceCount[]> {
  return results(trx, asked)
    .join('notes', 'notes.id', 'r.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .groupBy('visits.agency_id', 'visits.phase_id')
    .select({ agencyId: 'visits.agency_id', phaseId: 'visits.phase_id', count: trx.raw('count(*)::int') });
}

function withProvenance(trx: Transaction, asked: AskedQuery): Knex.QueryBuilder {
  return results(trx, asked)
    .join('codings', 'codings.id', 'r.id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('notes', 'notes.id', 'r.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .join('note_revisions', 'note_revisions.id', 'codings.revision_id')
    .join('memberships as coder', 'coder.id', 'codings.coder_id');
}

// What stands around the passage, and around the part of it that another one has in common with it.
const BEFORE = `right(codings.context_before || left(codings.quote, r.start_position - codings.start_position),
  greatest(char_length(codings.context_before), 60))`;
const AFTER = `left(substring(codings.quote from r.end_position - codings.start_position + 1) || codings.context_after,
  greatest(char_length(codings.context_after), 60))`;
const QUOTE =
  'substring(codings.quote from r.start_position - codings.start_position + 1 for r.end_position - r.start_position)';
const ORDER = ['r.starts_at', 'r.note_id', 'r.start_position', 'r.end_position', 'r.id'];

/** Up to `limit` passages in reading order. */
export async function listResults(
  trx: Transaction,
  asked: AskedQuery,
  { edge, limit }: { edge?: ResultEdge | undefined; limit: number },
): Promise<QueryResult[]> {
  const backwards = edge?.side === 'before';
  const order = ORDER.map((column) => ({ column, order: backwards ? ('desc' as const) : ('asc' as const) }));
  const page = withProvenance(trx, asked).orderBy(order).limit(limit);
  if (edge)
    void page.whereRaw(
      `(${ORDER.join(', ')}) ${backwards ? '<' : '>'} (
         (select visits.starts_at from codings join notes on notes.id = codings.note_id
            join visits on visits.id = notes.visit_id where codings.id = ?),
         (select note_id from codings where id = ?), ?::int, ?::int, ?::uuid)`,
      [edge.id, edge.id, edge.start, edge.end, edge.id],
    );
  const rows: QueryResult[] = await page.select({
    id: 'r.id',
    start: 'r.start_position',
    end: 'r.end_position',
    quote: trx.raw(QUOTE),
    themeId: 'themes.id',
    themeName: 'themes.name',
    agencyName: 'agencies.name',
    agencyCode: 'agencies.code',
    phase: 'phases.name',
    visitedAt: 'visits.starts_at',
    noteId: 'r.note_id',
    noteTitle: 'note_revisions.title',
    label: 'codings.paragraph_label',
    coder: 'coder.name',
    needsReview: trx.raw('codings.needs_review_at is not null'),
    contextBefore: trx.raw(BEFORE),
    contextAfter: trx.raw(AFTER),
  });
  return backwards ? rows.toReversed() : rows;
}

/** The select that the file is made of, its values escaped: COPY takes no parameters. */
export function resultsSelect(trx: Transaction, asked: AskedQuery): string {
  const columns: [string, string][] = [
    ['extract_id', 'r.id'],
    ['quote', spreadsheetText(QUOTE)],
    ['theme', spreadsheetText('themes.name')],
    ['agency_code', spreadsheetText('agencies.code')],
    ['phase', spreadsheetText('phases.name')],
    ['visit_date', `to_char(r.starts_at at time zone :timeZone, 'YYYY-MM-DD')`],
    ['note_title', spreadsheetText('note_revisions.title')],
    ['note_revision', 'note_revisions.number'],
    ['paragraph_label', 'codings.paragraph_label'],
    ['coder', spreadsheetText('coder.name')],
    ['start', 'r.start_position'],
    ['end', 'r.end_position'],
    ['needs_review', `case when codings.needs_review_at is null then 'no' else 'yes' end`],
    ['other_extract_id', 'other.id'],
    ['other_quote', spreadsheetText('other.quote')],
    ['other_theme', spreadsheetText('other.theme_name')],
    ['other_coder', spreadsheetText('other.coder')],
    ['other_start', 'other.start_position'],
    ['other_end', 'other.end_position'],
  ];
  const cells = columns.map(([name, sql]) => `${sql} as "${name}"`).join(', ');
  const { sql, bindings } = nearestOther(asked, { leaves: true });
  return withProvenance(trx, asked)
    .joinRaw(`left join lateral (${sql}) as other on true`, bindings)
    .whereRaw(LEAVES)
    .orderBy(ORDER)
    .select(trx.raw(cells, { timeZone: asked.timeZone }))
    .toQuery();
}
