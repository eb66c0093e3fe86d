import { recordEvent } from '../audit/event-service.ts';
import { lookThroughSeals } from '../database/connection.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import {
  findNoteForChange,
  listWaitingCodings,
  updateCodingsNeedReview,
  updateCodingsReplaced,
} from './carry-forward-queries.ts';
import { cutPassage, type Passage, sourceOf } from './passage.ts';

/**
 * Brings the note's codings to a revision that differs by known replacements alone: `mapPassage` says where a passage
 * stands in the new text, or nothing where it begins or ends inside something replaced. The words that a coding keeps
 * become those of the new text. One without a place needs review, and those that needed it before still do.
 */
export function carryCodingsThrough(mapPassage: (passage: Passage) => Passage | undefined): AfterRevision {
  return async (trx, actor, { noteId, before, after }) => {
    await findNoteForChange(trx, noteId);
    // The old text has just been put away for author and lead, and what was coded in it with it.
    await lookThroughSeals(trx);
    const codings = (await listWaitingCodings(trx, noteId)).filter(({ revisionId }) => revisionId === before?.id);
    if (codings.length === 0) return;
    const source = sourceOf(after.body);
    const carried = codings.flatMap(({ id, start, end, removed }) => {
      const place = mapPassage({ start, end });
      return place ? [{ id, removed, ...cutPassage(source, place) }] : [];
    });
    const kept = new Set(carried.map(({ id }) => id));
    const lost = codings.filter(({ id }) => !kept.has(id));
    await updateCodingsReplaced(trx, after.id, carried);
    await updateCodingsNeedReview(
      trx,
      lost.map(({ id }) => id),
    );
    const present = (some: { removed: boolean }[]) => some.filter(({ removed }) => !removed).length;
    await recordEvent(trx, actor, {
      kind: 'coding.carried',
      subjectId: noteId,
      after: { revision: after.number, carried: present(carried), recovered: 0, needReview: present(lost) },
    });
  };
}
