import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';
import { codingsWithin } from './scope-queries.ts';

/** A coded note with its themes, in no order. */
export type CodedNote = {
  id: string;
  title: string;
  agencyName: string;
  agencyCode: string;
  visitedAt: Date;
  codings: number;
  themes: string[];
};

/** The notes within `scope` that have a coding with one of `themeIds`, in the order of their visits. */
export async function listCodedNotes(trx: Transaction, scope: Scope, themeIds: string[]): Promise<CodedNote[]> {
  const byTheme = codingsWithin(trx, scope)
    .whereRaw('codings.theme_id = any (?::uuid[])', [themeIds])
    .groupBy('codings.note_id', 'codings.theme_id')
    .select('codings.note_id', 'codings.theme_id', trx.raw('count(*)::int as count'));
  const byNote = trx(byTheme.as('by_theme'))
    .groupBy('note_id')
    .select('note_id', trx.raw('sum(count)::int as codings, array_agg(theme_id) as themes'));
  return trx('notes')
    .join(byNote.as('coded'), 'coded.note_id', 'notes.id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .orderBy(['visits.starts_at', 'notes.created_at', 'notes.id'])
    .select({
      id: 'notes.id',
      title: 'note_revisions.title',
      agencyName: 'agencies.name',
      agencyCode: 'agencies.code',
      visitedAt: 'visits.starts_at',
      codings: 'coded.codings',
      themes: 'coded.themes',
    });
}
