import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';

export type Dimension = 'agency' | 'phase';

/**
 * The notes that a picture looks at, not removed and of visits not removed, as a table to join: `id`, `agency_id`,
 * `phase_id`. It is grouped by its key so that the database joins notes with visits first, 20,000 rows, and then the
 * million codings with them once, not twice.
 */
export function notesWithin(trx: Transaction, { agency, phase }: Scope): Knex.QueryBuilder {
  const query = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .groupBy('notes.id', 'visits.id')
    .select('notes.id', 'visits.agency_id', 'visits.phase_id');
  if (agency.length > 0) void query.whereIn('visits.agency_id', agency);
  if (phase.length > 0) void query.whereIn('visits.phase_id', phase);
  return query;
}

/** The codings within `scope` as `codings`, their note as `placed`. Those of removed themes are among them. */
export function codingsWithin(trx: Transaction, scope: Scope): Knex.QueryBuilder {
  const query = trx('codings')
    .join(notesWithin(trx, scope).as('placed'), 'placed.id', 'codings.note_id')
    .whereNull('codings.removed_at');
  if (scope.coder.length > 0) void query.whereIn('codings.coder_id', scope.coder);
  return query;
}

/** How many notes there are within `scope`, and how many of them are being coded blind at this moment. */
export async function countNotes(trx: Transaction, scope: Scope): Promise<{ noteCount: number; blind: number }> {
  return trx(notesWithin(trx, scope).as('placed')).first(
    trx.raw(`count(*)::int as "noteCount",
      (count(*) filter (where id in (select note_id from double_codings where opened_at is null)))::int as blind`),
  ) as Promise<{ noteCount: number; blind: number }>;
}

/** The words of the newest revisions within `scope`, by agency or phase. */
export async function countWords(trx: Transaction, scope: Scope, by: Dimension): Promise<Map<string, number>> {
  const column = `placed.${by}_id`;
  const rows: { id: string; words: number }[] = await trx('note_paragraphs')
    .join(notesWithin(trx, scope).as('placed'), 'placed.id', 'note_paragraphs.note_id')
    .groupBy(column)
    .select({ id: column, words: trx.raw('sum(note_paragraphs.word_count)::float8') });
  return new Map(rows.map(({ id, words }) => [id, words]));
}

/** The study's agencies by their names, with their short codes. */
export async function listAgencies(trx: Transaction): Promise<{ id: string; name: string; code: string }[]> {
  return trx('agencies').orderBy('name').select('id', 'name', 'code');
}
