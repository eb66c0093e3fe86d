import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { disagreementsIn } from './comparison.ts';
import { type ComparisonFilter, findNoteTitle } from './comparison-queries.ts';
import { readComparison } from './comparison-service.ts';
import type { SettlementForm } from './agreement-form.ts';
import {
  findSettlement,
  findSettlementForUpdate,
  insertSettlement,
  updateSettlementRemoved,
} from './settlement-queries.ts';

const CHANGED =
  'The codings have changed since you opened the page, so this disagreement is no longer there as it was. Open the comparison again.';
const SETTLED = 'Somebody has settled this meanwhile. Open the comparison again to see what they decided.';

/**
 * Puts on record what was agreed where coders differ. Their codings stay as they are: they are the evidence of the
 * agreement. ConflictError when the disagreement is no longer as the page showed it, or is settled.
 */
export function settle(
  db: Db,
  actor: Actor,
  noteId: string,
  { filter, form }: { filter: ComparisonFilter; form: SettlementForm },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const earlier = await findSettlement(trx, form.id);
    if (earlier?.noteId === noteId && earlier.settledById === actor.membershipId) return;
    if (!(await findNoteTitle(trx, noteId))) throw new NotFoundError();
    const {
      notes: [note],
    } = await readComparison(trx, filter, { limit: 1, noteId });
    if (!note || note.revisionId !== form.revision) throw new ConflictError(CHANGED);
    const found = disagreementsIn(note, new Map()).find(
      ({ themeId, start, end }) => themeId === form.theme && start === form.start && end === form.end,
    );
    if (!found) throw new ConflictError(CHANGED);
    const from = form.choice.adopted;
    const place = from === null ? -1 : found.coders.indexOf(from);
    if (from !== null && !found.coded[place]?.length)
      throw new FieldError('choice', 'Choose one of the coders who gave the theme here');
    const row = {
      id: form.id,
      studyId: actor.studyId,
      noteId,
      revisionId: form.revision,
      themeId: form.theme,
      start: form.start,
      end: form.end,
      choice: form.choice.kind,
      adoptedFrom: from,
      agreed: form.choice.kind === 'both' ? null : (found.coded[place] ?? []),
      reason: form.reason,
      by: actor.membershipId,
    };
    if (!(await insertSettlement(trx, row))) {
      // Sent twice at once: the other has done it.
      const other = await findSettlement(trx, form.id);
      if (other?.noteId === noteId && other.settledById === actor.membershipId) return;
      throw new ConflictError(SETTLED);
    }
    await recordEvent(trx, actor, {
      kind: 'disagreement.settled',
      subjectId: form.id,
      after: { noteId, themeId: form.theme, choice: form.choice.kind, adoptedFrom: from },
    });
  });
}

/** Opens the disagreement again; the settlement stays on record as taken back. Doing it again changes nothing. */
export function takeBackSettlement(db: Db, actor: Actor, id: string): Promise<{ noteId: string }> {
  return inStudy(db, actor, async (trx) => {
    const settlement = await findSettlementForUpdate(trx, id);
    if (!settlement) throw new NotFoundError();
    if (!settlement.removed) {
      await updateSettlementRemoved(trx, id, actor.membershipId);
      await recordEvent(trx, actor, { kind: 'settlement.removed', subjectId: id });
    }
    return { noteId: settlement.noteId };
  });
}
