import type { Transaction } from '../database/connection.ts';
import type { CutPassage } from './passage.ts';

/** Gives the coding another theme. Throws 23505 on codings_once when its coder has coded exactly these words so already. */
export async function updateCodingTheme(trx: Transaction, id: string, themeId: string): Promise<void> {
  await trx('codings')
    .where({ id })
    .update({ theme_id: themeId, version: trx.raw('version + 1') });
}

/** Puts the coding on another passage, of revision `revisionId`, where it needs review or no longer does. Throws 23505 likewise. */
export async function updateCodingPlace(
  trx: Transaction,
  id: string,
  place: CutPassage & { revisionId: string },
  { needsReview = false } = {},
): Promise<void> {
  await trx('codings')
    .where({ id })
    .update({
      revision_id: place.revisionId,
      start_position: place.start,
      end_position: place.end,
      quote: place.quote,
      context_before: place.contextBefore,
      context_after: place.contextAfter,
      paragraph_label: place.label,
      needs_review_at: needsReview ? trx.fn.now() : null,
      version: trx.raw('version + 1'),
    });
}

/** The texts of the revisions that codings of the note which need review still quote, by the revision's number. */
export async function listReviewedTexts(trx: Transaction, noteId: string): Promise<{ number: number; body: string }[]> {
  return trx('note_revisions')
    .whereIn(
      'id',
      trx('codings')
        .where({ note_id: noteId })
        .whereNull('removed_at')
        .whereNotNull('needs_review_at')
        .select('revision_id'),
    )
    .select('number', 'body');
}
