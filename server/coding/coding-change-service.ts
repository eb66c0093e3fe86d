import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError } from '../shared/errors.ts';
import { updateCodingPlace, updateCodingTheme } from './coding-change-queries.ts';
import { type CodingState, findNoteForShare, findRevisionText, findThemesForShare } from './coding-queries.ts';
import { CHANGED, changeableCoding, checkThemes, passageOf, STALE } from './coding-service.ts';
import { cutPassage, type Passage, passageProblem, sourceOf } from './passage.ts';
import { refuseWithheld } from '../notes/withheld.ts';

/** A coding after a change: `before` is the passage that it left, in the same text; the same as its passage otherwise. */
export type Changed = Passage & { id: string; noteId: string; needsReview: boolean; before: Passage };

/**
 * Gives the coding another theme; whoever made it is still its coder. `expected` is the theme that the person saw it
 * have: ConflictError when it has another one by now. Doing it again changes nothing.
 */
export function rethemeCoding(
  db: Db,
  actor: Actor,
  id: string,
  { themeId, expected }: { themeId: string; expected: string },
): Promise<Changed> {
  return inStudy(db, actor, async (trx) => {
    const coding = await presentCoding(trx, actor, id);
    const changed = { ...coding, before: { start: coding.start, end: coding.end } };
    if (coding.themeId === themeId) return changed;
    if (coding.themeId !== expected) throw new ConflictError(CHANGED);
    checkThemes(await findThemesForShare(trx, [themeId]), [themeId]);
    await unlessCodedAlike(trx, (attempt) => updateCodingTheme(attempt, id, themeId));
    await recordEvent(trx, actor, {
      kind: 'coding.rethemed',
      subjectId: id,
      before: { themeId: coding.themeId },
      after: { noteId: coding.noteId, themeId },
    });
    return changed;
  });
}

/**
 * Puts the coding on another passage of the newest text: its ends were moved, or it needed review and its words have been
 * found. `expected` is the passage that the person saw it have; left out for one that needs review. FieldError on a
 * passage that is none; ConflictError when the text or the coding is no longer what they saw.
 */
export function placeCoding(
  db: Db,
  actor: Actor,
  id: string,
  request: { revision: number; where: Passage | { sentences: number[] }; expected?: Passage | undefined },
): Promise<Changed> {
  return inStudy(db, actor, async (trx) => {
    const coding = await presentCoding(trx, actor, id);
    const note = await findNoteForShare(trx, coding.noteId);
    const text = await findRevisionText(trx, coding.noteId, request.revision);
    if (!text || note?.revision !== request.revision) throw new ConflictError(STALE);
    const source = sourceOf(text.body);
    const passage =
      'sentences' in request.where
        ? await passageOf(trx, coding.noteId, request.revision, request.where.sentences)
        : request.where;
    const problem = passageProblem(source, passage);
    if (problem !== undefined) throw new FieldError('sentences' in request.where ? 'sentences' : 'passage', problem);

    const before = coding.needsReview ? passage : { start: coding.start, end: coding.end };
    const changed = { ...coding, ...passage, needsReview: false, before };
    const isThere = !coding.needsReview && coding.start === passage.start && coding.end === passage.end;
    if (isThere) return changed;
    const { expected } = request;
    const wasSeen = coding.needsReview
      ? expected === undefined
      : expected?.start === coding.start && expected.end === coding.end;
    if (!wasSeen) throw new ConflictError(CHANGED);
    const place = { ...cutPassage(source, passage), revisionId: text.id };
    await unlessCodedAlike(trx, (attempt) => updateCodingPlace(attempt, id, place)).catch((error: unknown) =>
      refuseWithheld(error, 'sentences' in request.where ? 'sentences' : 'passage'),
    );
    await recordEvent(trx, actor, {
      kind: 'coding.placed',
      subjectId: id,
      before: { start: coding.start, end: coding.end, needsReview: coding.needsReview },
      after: { noteId: coding.noteId, revision: request.revision, ...passage },
    });
    return changed;
  });
}

/**
 * Undoes placeCoding() for a coding that needed review: it waits again, with its old words at `where` of the older
 * revision. `expected` is where it was put; ConflictError when it is no longer there.
 */
export function returnToReview(
  db: Db,
  actor: Actor,
  id: string,
  request: { revision: number; where: Passage; expected: Passage },
): Promise<Changed> {
  return inStudy(db, actor, async (trx) => {
    const coding = await presentCoding(trx, actor, id);
    const { where, expected } = request;
    const changed = { ...coding, ...where, needsReview: true, before: { start: coding.start, end: coding.end } };
    if (coding.needsReview && areSame(coding, where)) return changed;
    const note = await findNoteForShare(trx, coding.noteId);
    const text = await findRevisionText(trx, coding.noteId, request.revision);
    // The old text may have been put away meanwhile because of the names in it.
    if (!text?.body || !note || request.revision >= note.revision || coding.needsReview || !areSame(coding, expected))
      throw new ConflictError(CHANGED);
    const source = sourceOf(text.body);
    const problem = passageProblem(source, where);
    if (problem !== undefined) throw new FieldError('passage', problem);
    const place = { ...cutPassage(source, where), revisionId: text.id };
    await unlessCodedAlike(trx, (attempt) => updateCodingPlace(attempt, id, place, { needsReview: true })).catch(
      (error: unknown) => refuseWithheld(error, 'passage'),
    );
    await recordEvent(trx, actor, {
      kind: 'coding.returned',
      subjectId: id,
      before: expected,
      after: { noteId: coding.noteId, revision: request.revision, ...where, needsReview: true },
    });
    return changed;
  });
}

function areSame(left: Passage, right: Passage): boolean {
  return left.start === right.start && left.end === right.end;
}

async function presentCoding(trx: Transaction, actor: Actor, id: string): Promise<CodingState> {
  const coding = await changeableCoding(trx, actor, id, 'change');
  if (coding.removed) throw new ConflictError('This coding has been removed. Bring it back first, then change it.');
  return coding;
}

async function unlessCodedAlike(trx: Transaction, write: (attempt: Transaction) => Promise<void>): Promise<void> {
  try {
    await trx.transaction(write);
  } catch (error) {
    if ((error as { code?: unknown }).code !== '23505') throw error;
    throw new ConflictError('Exactly these words carry this theme by the same coder already, so nothing was changed.');
  }
}
