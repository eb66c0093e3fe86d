import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';
import { codingsWithin, notesWithin } from './scope-queries.ts';

/** What a coder has done at one agency. `characters` are those under at least one of their codings. */
export type Coverage = { coderId: string; agencyId: string; notes: number; codings: number; characters: number };

/**
 * Whose work covers what. Only passages of the newest revision cover anything: the place of others (those that need
 * review) is not known, but they count as codings.
 */
export async function listCoverage(trx: Transaction, scope: Scope, themeIds: string[]): Promise<Coverage[]> {
  const spans = codingsWithin(trx, scope)
    .whereRaw('codings.theme_id = any (?::uuid[])', [themeIds])
    .join('notes', 'notes.id', 'codings.note_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .select('codings.coder_id', 'codings.note_id', 'placed.agency_id', 'codings.start_position')
    .select(trx.raw('case when codings.revision_id = note_revisions.id then codings.end_position end as end_position'));
  // Each span adds what lies beyond the furthest end before it.
  const reaching = trx(spans.as('spans')).select(
    'spans.*',
    trx.raw(`max(end_position) over (partition by coder_id, note_id order by start_position
      rows between unbounded preceding and 1 preceding) as reach`),
  );
  const byNote = trx(reaching.as('reaching'))
    .groupBy('coder_id', 'note_id', 'agency_id')
    .select('coder_id', 'agency_id')
    .select(
      trx.raw(`count(*) as codings,
        sum(greatest(0, end_position - greatest(start_position, coalesce(reach, 0)))) as characters`),
    );
  return trx(byNote.as('by_note'))
    .groupBy('coder_id', 'agency_id')
    .select({
      coderId: 'coder_id',
      agencyId: 'agency_id',
      notes: trx.raw('count(*)::int'),
      codings: trx.raw('sum(codings)::int'),
      characters: trx.raw('sum(characters)::float8'),
    });
}

/** The notes of each agency and the characters from the first to the last of their text. */
export async function countText(
  trx: Transaction,
  scope: Scope,
): Promise<Map<string, { notes: number; characters: number }>> {
  const lengths = trx('note_paragraphs').groupBy('note_id').select('note_id').max('end_position as characters');
  const rows: { id: string; notes: number; characters: number }[] = await trx(notesWithin(trx, scope).as('placed'))
    .leftJoin(lengths.as('lengths'), 'lengths.note_id', 'placed.id')
    .groupBy('placed.agency_id')
    .select({
      id: 'placed.agency_id',
      notes: trx.raw('count(*)::int'),
      characters: trx.raw('coalesce(sum(lengths.characters), 0)::float8'),
    });
  return new Map(rows.map(({ id, ...text }) => [id, text]));
}
