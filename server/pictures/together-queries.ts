import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';
import { codingsWithin } from './scope-queries.ts';
import type { Meeting } from './together.ts';

/** Where two themes have to meet: on a character of the same revision, or anywhere in the same note. */
export type Within = 'passage' | 'note';

/** Every two of `themeIds` that meet within `scope`, whoever coded them. */
export async function countMeetings(
  trx: Transaction,
  scope: Scope,
  { themeIds, within }: { themeIds: string[]; within: Within },
): Promise<Meeting[]> {
  const present = () => codingsWithin(trx, scope).whereRaw('codings.theme_id = any (?::uuid[])', [themeIds]);
  if (within === 'note') {
    // By note and theme first: the pairs are then numbers to multiply and not rows to make.
    const counted = present()
      .groupBy('codings.note_id', 'codings.theme_id')
      .select('codings.note_id', 'codings.theme_id', trx.raw('count(*) as count'));
    return meetings(
      trx,
      trx
        .with('counted', counted)
        .from('counted as a')
        .joinRaw('join counted as b on b.note_id = a.note_id and b.theme_id > a.theme_id'),
      'sum(a.count * b.count)::float8',
    );
  }
  const passages = present().select(
    'codings.note_id',
    'codings.revision_id',
    'codings.theme_id',
    'codings.start_position',
    'codings.end_position',
  );
  return meetings(
    trx,
    trx
      .with('passages', passages)
      .from('passages as a')
      .joinRaw(
        `join passages as b on b.revision_id = a.revision_id and b.theme_id > a.theme_id
          and b.start_position < a.end_position and a.start_position < b.end_position`,
      ),
    'count(*)::float8',
  );
}

async function meetings(trx: Transaction, pairs: Knex.QueryBuilder, count: string): Promise<Meeting[]> {
  return pairs.groupBy('a.theme_id', 'b.theme_id').select({
    first: 'a.theme_id',
    second: 'b.theme_id',
    pairs: trx.raw(count),
    notes: trx.raw('count(distinct a.note_id)::int'),
  });
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
