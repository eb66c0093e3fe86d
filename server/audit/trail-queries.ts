import type { Transaction } from '../database/connection.ts';
import { spreadsheetText } from '../database/copy-out.ts';
import type { Link } from './chain.ts';

/** Events to read: of whom, of which kinds, about what, from when until before when. */
export type TrailQuestion = {
  person?: string | undefined;
  kinds?: readonly string[] | undefined;
  thing?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

export type TrailEntry = {
  id: string;
  at: Date;
  personId: string | null;
  membershipId: string | null;
  who: string | null;
  kind: string;
  subjectId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ofAccount: boolean;
};

export type TrailEdge = { id: string; side: 'older' | 'newer' };

// By the place in the study where the person is not known: an archive keeps the ids of the installation it came from.
const WHO = 'coalesce(memberships.name, acting.name)';
const EVERYTHING = '9223372036854775807';

/**
 * Events of the actor's study, and of its people's accounts while they are in it, the latest first. The database gives them
 * to a lead only.
 */
export async function listTrail(
  trx: Transaction,
  question: TrailQuestion,
  { edge, limit }: { edge?: TrailEdge | undefined; limit: number },
): Promise<TrailEntry[]> {
  const rows: TrailEntry[] = await trail(trx, question, edge, String(limit))
    .leftJoin('memberships as acting', 'acting.id', 'trail.membership_id')
    .leftJoin('memberships', 'memberships.person_id', 'trail.person_id')
    .select({
      id: 'trail.id',
      at: 'trail.at',
      personId: 'trail.person_id',
      membershipId: 'trail.membership_id',
      who: trx.raw(WHO),
      kind: 'trail.kind',
      subjectId: 'trail.subject_id',
      before: 'trail.before',
      after: 'trail.after',
      ofAccount: 'trail.of_account',
    })
    .orderBy([
      { column: 'trail.at', order: 'desc' },
      { column: 'trail.id', order: 'desc' },
    ]);
  return rows;
}

function trail(trx: Transaction, question: TrailQuestion, edge: TrailEdge | undefined, limit: string) {
  const { person, kinds, thing, since, until } = question;
  return trx.from(
    trx.raw('read_trail(?::uuid, ?::text[], ?::uuid, ?::timestamptz, ?::timestamptz, ?::uuid, ?, ?::bigint) as trail', [
      person ?? null,
      kinds ? [...kinds] : null,
      thing ?? null,
      since ?? null,
      until ?? null,
      edge?.id ?? null,
      edge?.side === 'newer',
      limit,
    ]),
  );
}

/** The SELECT of the trail as a file: `words` is what each kind says. Cells that a spreadsheet would run are made text. */
export function trailSelect(
  trx: Transaction,
  question: TrailQuestion,
  words: readonly { kind: string; did: string }[],
): string {
  return trail(trx, question, undefined, EVERYTHING)
    .leftJoin('memberships as acting', 'acting.id', 'trail.membership_id')
    .leftJoin('memberships', 'memberships.person_id', 'trail.person_id')
    .joinRaw('left join jsonb_to_recordset(?::jsonb) as words (kind text, did text) on words.kind = trail.kind', [
      JSON.stringify(words),
    ])
    .select(
      trx.raw(`to_char(trail.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time_utc`),
      trx.raw(`${spreadsheetText(WHO)} as person`),
      trx.raw('words.did as what'),
      'trail.kind',
      'trail.subject_id',
      trx.raw('trail.before::text as before'),
      trx.raw('trail.after::text as after'),
      'trail.person_id',
      'trail.membership_id',
      'trail.request_id',
      { event_id: 'trail.id' },
    )
    .orderBy([
      { column: 'trail.at', order: 'desc' },
      { column: 'trail.id', order: 'desc' },
    ])
    .toQuery();
}

/** The people of the study, those who have left too, to choose from. */
export async function listTrailPeople(trx: Transaction): Promise<{ personId: string; name: string }[]> {
  return trx('memberships').orderByRaw('lower(name), id').select({ personId: 'person_id', name: 'name' });
}

/** How many events of the study have been chained, and the hash of the last. */
export async function findChainEnd(
  trx: Transaction,
): Promise<{ links: number; hash: string; linkedAt: Date } | undefined> {
  const row = await trx('trail_links')
    .orderBy('number', 'desc')
    .first({ links: 'number', hash: trx.raw(`encode(hash, 'hex')`), linkedAt: 'linked_at' });
  return row && { ...row, links: Number(row.links) };
}

/** The study's chain from link `after` on, in order. */
export async function listChain(trx: Transaction, after: number, limit: number): Promise<Link[]> {
  const { rows } = await trx.raw<{ rows: ChainRow[] }>('select * from read_trail_chain(?, ?)', [after, limit]);
  return rows.map(linkOf);
}

/** Events that are neither chained nor waiting for it, and waiting ones that are gone: there should be none of either. */
export async function countGaps(trx: Transaction): Promise<{ unchained: number; vanished: number }> {
  const { rows } = await trx.raw<{ rows: { unchained: string; vanished: string }[] }>(
    'select * from count_trail_gaps()',
  );
  return { unchained: Number(rows[0]?.unchained), vanished: Number(rows[0]?.vanished) };
}

export type ChainRow = {
  number: string;
  hash: Buffer;
  linked_at: Date;
  id: string | null;
  at: string;
  study_id: string | null;
  person_id: string | null;
  membership_id: string | null;
  kind: string;
  subject_id: string | null;
  before: string | null;
  after: string | null;
  request_id: string | null;
};

export function linkOf(row: ChainRow): Link {
  return {
    number: Number(row.number),
    hash: row.hash,
    linkedAt: row.linked_at,
    event:
      row.id === null
        ? null
        : {
            id: row.id,
            at: row.at,
            studyId: row.study_id,
            personId: row.person_id,
            membershipId: row.membership_id,
            kind: row.kind,
            subjectId: row.subject_id,
            before: row.before,
            after: row.after,
            requestId: row.request_id,
          },
  };
}
