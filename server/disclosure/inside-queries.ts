import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import { type Asked, extractsWithProvenance, inReadingOrder } from '../extracts/extract-queries.ts';
import type { Cast } from './cast.ts';
import type { InsideRow } from './outside-row.ts';

const BATCH = 500;

/** The extracts of a filter in reading order, some hundreds at a time: no more of them is in memory. */
export async function* readInsideRows(trx: Transaction, wanted: Asked): AsyncGenerator<InsideRow[]> {
  const select = inReadingOrder(insideRows(trx, wanted)).toQuery();
  // One process of the database's, and for all rows: spread over several it sorts first and leaves nobody else a processor.
  await trx.raw(`set local max_parallel_workers_per_gather = 0`);
  await trx.raw(`set local cursor_tuple_fraction = 1`);
  await trx.raw(`declare inside_rows no scroll cursor for ${select.replaceAll('?', '\\?')}`);
  for (;;) {
    const { rows } = await trx.raw<{ rows: InsideRow[] }>(`fetch ${BATCH} from inside_rows`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await trx.raw('close inside_rows');
}

/** These extracts, as far as the member still sees them. */
export async function listInsideRows(trx: Transaction, wanted: Asked, ids: readonly string[]): Promise<InsideRow[]> {
  return insideRows(trx, wanted).whereIn('codings.id', ids);
}

function insideRows(trx: Transaction, wanted: Asked): Knex.QueryBuilder {
  return extractsWithProvenance(trx, wanted)
    .whereNull('codings.sealed_to')
    .whereNull('codings.kept_for')
    .select({
      id: 'codings.id',
      quote: 'codings.quote',
      contextBefore: 'codings.context_before',
      contextAfter: 'codings.context_after',
      themePath: trx.raw('coalesce(theme_paths.path, themes.name)'),
      agencyId: 'visits.agency_id',
      phase: 'phases.name',
      visitDay: trx.raw(`to_char(visits.starts_at at time zone ?, 'YYYY-MM-DD')`, [wanted.timeZone]),
      visitId: 'visits.id',
      noteId: 'notes.id',
      noteTitle: 'note_revisions.title',
      revision: 'note_revisions.number',
      label: 'codings.paragraph_label',
      coderId: 'codings.coder_id',
      codedAt: trx.raw(`to_char(codings.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`),
      isOutdated: trx.raw('codings.needs_review_at is not null or note_revisions.number <> notes.latest_revision'),
      isReleasable: trx.raw(`notes.deidentification = 'releasable'`),
    });
}

/** The team, past members included, and the agencies, in an order that later ones do not change. */
export async function listNamed(trx: Transaction): Promise<Omit<Cast, 'people'>> {
  const members = await trx('memberships')
    .orderBy(['created_at', 'id'])
    .select({ id: 'id', name: 'name', role: 'role', agencyId: 'agency_id' });
  const agencies = await trx('agencies').orderBy(['created_at', 'id']).select('id', 'name', 'code');
  return { members, agencies };
}

/** How many participants play each role at each agency. */
export async function listRoleCounts(trx: Transaction): Promise<{ agencyId: string; role: string; count: number }[]> {
  return trx('participants')
    .whereNull('removed_at')
    .groupBy('agency_id', 'role')
    .select({ agencyId: 'agency_id', role: 'role', count: trx.raw('count(*)::int') });
}

/** Participants by pseudonym, and whether anybody has said who they really are: what nobody entered cannot be looked for. */
export async function listPseudonyms(trx: Transaction): Promise<{ id: string; pseudonym: string }[]> {
  return trx('participants').orderBy('id').select('id', 'pseudonym');
}
