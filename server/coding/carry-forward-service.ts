import { recordEvent } from '../audit/event-service.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import { lookThroughSeals, type Transaction } from '../database/connection.ts';
import { carryForward } from './carry-forward.ts';
import {
  findNoteForChange,
  findRevisionBody,
  listWaitingCodings,
  updateCodingsCarried,
  updateCodingsNeedReview,
  type WaitingCoding,
} from './carry-forward-queries.ts';
import { cutPassage, type Passage, sourceOf } from './passage.ts';

/**
 * Brings the note's codings to its new revision: one whose words stand there unchanged moves to it; any other stays at
 * the revision it quotes and needs review. One that needed review comes back when its place is found again.
 */
export const carryCodingsForward: AfterRevision = async (trx, actor, { noteId, before, after }) => {
  await findNoteForChange(trx, noteId);
  // Those that are withheld follow the text like all others, and are there again should consent return.
  await lookThroughSeals(trx);
  const waiting = await listWaitingCodings(trx, noteId);
  if (waiting.length === 0) return;
  const places = await placesIn(trx, waiting, before, after.body);

  const source = sourceOf(after.body);
  const carried = waiting.filter(({ id }) => places.has(id));
  const lost = waiting.filter(({ id }) => !places.has(id));
  await updateCodingsCarried(
    trx,
    after.id,
    carried.map(({ id }) => ({ id, ...cutPassage(source, places.get(id)!) })),
  );
  await updateCodingsNeedReview(
    trx,
    lost.map(({ id }) => id),
  );

  const present = (codings: WaitingCoding[]) => codings.filter(({ removed }) => !removed);
  await recordEvent(trx, actor, {
    kind: 'coding.carried',
    subjectId: noteId,
    after: {
      revision: after.number,
      carried: present(carried).length,
      recovered: present(carried).filter(({ needsReview }) => needsReview).length,
      needReview: present(lost).length,
    },
  });
};

async function placesIn(
  trx: Transaction,
  waiting: WaitingCoding[],
  before: { id: string; body: string } | undefined,
  body: string,
): Promise<Map<string, Passage>> {
  const places = new Map<string, Passage>();
  const taken = new Set<string>();
  // One text after the other: a note may have many revisions, and each may be long.
  for (const revisionId of new Set(waiting.map((coding) => coding.revisionId))) {
    const returning = revisionId !== before?.id;
    const old = returning ? (await findRevisionBody(trx, revisionId))?.body : before.body;
    const codings = waiting.filter((coding) => coding.revisionId === revisionId);
    const found = carryForward(old ?? '', body, codings, { returning });
    for (const { id, themeId, coderId, removed } of codings) {
      const place = found.get(id);
      if (!place) continue;
      // Two of one coder and theme may meet when lost words come back after they were coded anew: one is enough there.
      const key = `${themeId} ${coderId} ${place.start} ${place.end}`;
      if (!removed && taken.has(key)) continue;
      if (!removed) taken.add(key);
      places.set(id, place);
    }
  }
  return places;
}
