import type { Transaction } from '../database/connection.ts';
import type { CutPassage } from './passage.ts';
import type { Placed } from './carry-forward.ts';

/** A coding as it waits to be carried to a new revision, removed ones included: their removal can be undone. */
export type WaitingCoding = Placed & {
  revisionId: string;
  themeId: string;
  coderId: string;
  removed: boolean;
  needsReview: boolean;
};

/** Every coding of the note, those in place first. */
export async function listWaitingCodings(trx: Transaction, noteId: string): Promise<WaitingCoding[]> {
  return trx('codings')
    .where({ note_id: noteId })
    .orderByRaw('needs_review_at nulls first, id')
    .select({
      id: 'id',
      revisionId: 'revision_id',
      themeId: 'theme_id',
      coderId: 'coder_id',
      start: 'start_position',
      end: 'end_position',
      quote: 'quote',
      removed: trx.raw('removed_at is not null'),
      needsReview: trx.raw('needs_review_at is not null'),
    });
}

/** Makes whoever codes this note wait until the transaction ends, and waits for those who do so now. */
export async function findNoteForChange(trx: Transaction, noteId: string): Promise<{ id: string } | undefined> {
  return trx('notes').where({ id: noteId }).forNoKeyUpdate().first('id');
}

export async function findRevisionBody(trx: Transaction, id: string): Promise<{ body: string } | undefined> {
  return trx('note_revisions').where({ id }).first('body');
}

/** Moves codings to `revisionId`, each to its new place with its new surroundings; they no longer need review. */
export async function updateCodingsCarried(
  trx: Transaction,
  revisionId: string,
  carried: (CutPassage & { id: string })[],
): Promise<void> {
  const rows = carried.map(({ id, start, end, contextBefore, contextAfter, label }) => ({
    id,
    start_position: start,
    end_position: end,
    context_before: contextBefore,
    context_after: contextAfter,
    paragraph_label: label,
  }));
  await trx.raw(
    `update codings set revision_id = ?, needs_review_at = null, start_position = place.start_position,
       end_position = place.end_position, context_before = place.context_before,
       context_after = place.context_after, paragraph_label = place.paragraph_label
     from jsonb_to_recordset(?::jsonb) as place (id uuid, start_position int, end_position int,
       context_before text, context_after text, paragraph_label text)
     where codings.id = place.id`,
    [revisionId, JSON.stringify(rows)],
  );
}

/** The same for codings whose words have been replaced: they keep the new ones. */
export async function updateCodingsReplaced(
  trx: Transaction,
  revisionId: string,
  carried: (CutPassage & { id: string })[],
): Promise<void> {
  await trx.raw(
    `update codings set revision_id = ?, start_position = place.start, end_position = place."end", quote = place.quote,
       context_before = place."contextBefore", context_after = place."contextAfter", paragraph_label = place.label,
       version = version + 1
     from jsonb_to_recordset(?::jsonb) as place (id uuid, start int, "end" int, quote text, "contextBefore" text,
       "contextAfter" text, label text)
     where codings.id = place.id`,
    [revisionId, JSON.stringify(carried)],
  );
}

/** Leaves codings with their old words at their old revision, to be looked at by a person. */
export async function updateCodingsNeedReview(trx: Transaction, ids: string[]): Promise<void> {
  await trx('codings').whereIn('id', ids).whereNull('needs_review_at').update({ needs_review_at: trx.fn.now() });
}
