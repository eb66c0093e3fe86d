import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';
import { codingsWithin } from './scope-queries.ts';
import type { Meeting } from './together.ts';

/** Where two themes have to meet: on a character of the same revision, or anywhere in the same note. */
export type Within = 'passage' | 'note';

// Passages are compared with those near them only: with those that lie in the same stretch of this many characters.
const STRETCH = 400;

/** Every two of `themeIds` that meet within `scope`, whoever coded them. */
export async function countMeetings(
  trx: Transaction,
  scope: Scope,
  { themeIds, within }: { themeIds: string[]; within: Within },
): Promise<Meeting[]> {
  const present = codingsWithin(trx, scope).whereRaw('codings.theme_id = any (?::uuid[])', [themeIds]);
  return inNumberedThemes(trx, themeIds, within === 'note' ? inSameNote(trx, present) : onSameWords(trx, present));
}

/** By note and theme first: the pairs are then numbers to multiply and not rows to make. */
function inSameNote(trx: Transaction, present: Knex.QueryBuilder): Knex.QueryBuilder {
  const counted = present
    .groupBy('codings.note_id', 'codings.theme_id')
    .select('codings.note_id', 'codings.theme_id', trx.raw('count(*)::int as count'));
  return trx
    .with('counted', numbered(trx, counted, 'counted.note_id, counted.count'))
    .from('counted as a')
    .joinRaw('join counted as b on b.note_id = a.note_id and b.theme > a.theme')
    .groupBy('a.theme', 'b.theme')
    .select('a.theme as first', 'b.theme as second', trx.raw('sum(a.count * b.count) as pairs, count(*) as notes'));
}

/**
 * Each passage once for each stretch that it touches. Two that overlap do so first where the later of them begins, and
 * that lies in exactly one stretch, which both touch: so each pair is found once.
 */
function onSameWords(trx: Transaction, present: Knex.QueryBuilder): Knex.QueryBuilder {
  const passages = present.select(
    'codings.note_id',
    'codings.revision_id',
    'codings.theme_id',
    'codings.start_position',
    'codings.end_position',
  );
  const columns = 'counted.note_id, counted.revision_id, counted.start_position, counted.end_position, stretch';
  const byNote = trx
    .with(
      'passages',
      numbered(trx, passages, columns).joinRaw(
        'cross join lateral generate_series(start_position / ?, (end_position - 1) / ?) as stretch',
        [STRETCH, STRETCH],
      ),
    )
    .from('passages as a')
    .joinRaw(
      `join passages as b on b.revision_id = a.revision_id and b.stretch = a.stretch and b.theme > a.theme
        and b.start_position < a.end_position and a.start_position < b.end_position
        and greatest(a.start_position, b.start_position) / ? = a.stretch`,
      [STRETCH],
    )
    .groupBy('a.theme', 'b.theme', 'a.note_id')
    .select('a.theme as first', 'b.theme as second', trx.raw('count(*) as pairs'));
  return trx(byNote.as('by_note'))
    .groupBy('first', 'second')
    .select('first', 'second', trx.raw('sum(pairs) as pairs, count(*) as notes'));
}

// Themes as the numbers of their places: comparing and grouping millions of rows by them is much faster than by ids.
function numbered(trx: Transaction, rows: Knex.QueryBuilder, columns: string): Knex.QueryBuilder {
  return trx(rows.as('counted'))
    .join('places', 'places.id', 'counted.theme_id')
    .select(trx.raw(`places.theme, ${columns}`));
}

async function inNumberedThemes(trx: Transaction, themeIds: string[], meetings: Knex.QueryBuilder): Promise<Meeting[]> {
  const places = trx.raw('select * from unnest(?::uuid[]) with ordinality as places (id, theme)', [themeIds]);
  const rows: { first: string; second: string; pairs: number; notes: number }[] = await trx
    .with('places', places)
    .from(meetings.as('meetings'))
    .select({
      first: trx.raw('first::int'),
      second: trx.raw('second::int'),
      pairs: trx.raw('pairs::float8'),
      notes: trx.raw('notes::int'),
    });
  return rows.map((row) => ({
    ...row,
    first: themeIds[Number(row.first) - 1]!,
    second: themeIds[Number(row.second) - 1]!,
  }));
}

export type PairedPassage = { id: string; quote: string; coder: string };
export type Pair = {
  noteId: string;
  noteTitle: string;
  agencyCode: string;
  agencyName: string;
  visitedAt: Date;
  one: PairedPassage;
  other: PairedPassage;
};

type Row = Omit<Pair, 'one' | 'other'> &
  Record<'oneId' | 'oneQuote' | 'oneCoder' | 'otherId' | 'otherQuote' | 'otherCoder', string>;

export type WantedPairs = { themes: [one: string, other: string]; within: Within };

function pairsOf(trx: Transaction, scope: Scope, { themes: [one, other], within }: WantedPairs): Knex.QueryBuilder {
  const join =
    within === 'note'
      ? 'b.note_id = a.note_id'
      : 'b.revision_id = a.revision_id and b.start_position < a.end_position and a.start_position < b.end_position';
  const of = (themeId: string) => codingsWithin(trx, scope).where('codings.theme_id', themeId).select('codings.*');
  return trx.with('one', of(one)).with('other', of(other)).from('one as a').joinRaw(`join other as b on ${join}`);
}

/** How many pairs of codings, one of each theme, there are; the number that the picture shows. */
export async function countPairs(trx: Transaction, scope: Scope, wanted: WantedPairs): Promise<number> {
  const row = await pairsOf(trx, scope, wanted).first(trx.raw('count(*)::int as count'));
  return row.count;
}

/** Up to `limit` pairs by the ids of their codings, those after `after`. */
export async function listPairs(
  trx: Transaction,
  scope: Scope,
  wanted: WantedPairs & { after?: [string, string] | undefined; limit: number },
): Promise<Pair[]> {
  const query = pairsOf(trx, scope, wanted)
    .join('notes', 'notes.id', 'a.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('note_revisions', 'note_revisions.id', 'a.revision_id')
    .join('memberships as coder_a', 'coder_a.id', 'a.coder_id')
    .join('memberships as coder_b', 'coder_b.id', 'b.coder_id')
    .orderBy(['a.id', 'b.id'])
    .limit(wanted.limit);
  if (wanted.after) void query.whereRaw('(a.id, b.id) > (?::uuid, ?::uuid)', wanted.after);
  const rows: Row[] = await query.select({
    noteId: 'a.note_id',
    noteTitle: 'note_revisions.title',
    agencyCode: 'agencies.code',
    agencyName: 'agencies.name',
    visitedAt: 'visits.starts_at',
    oneId: 'a.id',
    oneQuote: 'a.quote',
    oneCoder: 'coder_a.name',
    otherId: 'b.id',
    otherQuote: 'b.quote',
    otherCoder: 'coder_b.name',
  });
  return rows.map(({ oneId, oneQuote, oneCoder, otherId, otherQuote, otherCoder, ...pair }) => ({
    ...pair,
    one: { id: oneId, quote: oneQuote, coder: oneCoder },
    other: { id: otherId, quote: otherQuote, coder: otherCoder },
  }));
}
