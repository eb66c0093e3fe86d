import type { Transaction } from '../../database/connection.ts';

/** A coding as the page that splits its theme shows it. */
export type SplitPassage = { id: string; quote: string; noteId: string; title: string; coder: string };

/** The theme's own passages in the order in which they were coded, `limit` of them after or before the coding `key`. */
export async function listPassages(
  trx: Transaction,
  themeId: string,
  { after, before, limit }: { after?: string | undefined; before?: string | undefined; limit: number },
): Promise<SplitPassage[]> {
  const passages = trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.theme_id', themeId)
    .whereNull('codings.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .limit(limit)
    .select({
      id: 'codings.id',
      quote: 'codings.quote',
      noteId: 'codings.note_id',
      title: 'note_revisions.title',
      coder: 'memberships.name',
    });
  if (before !== undefined) {
    const found: SplitPassage[] = await passages.where('codings.id', '<', before).orderBy('codings.id', 'desc');
    return found.toReversed();
  }
  if (after !== undefined) void passages.where('codings.id', '>', after);
  return passages.orderBy('codings.id');
}
