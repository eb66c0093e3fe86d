import { randomBytes } from 'node:crypto';
import { recordEvent } from '../audit/event-service.ts';
import { sealCodings } from '../coding/seal-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { findCandidatesForUpdate, listCandidateIds } from './candidate-queries.ts';
import { insertDoubleCoding, findDoubleCodingNote, listTeam } from './double-coding-queries.ts';
import { findDraw, insertDraw } from './draw-queries.ts';
import { draw, type Stratum } from './sampling.ts';

const TAKEN =
  'This note can no longer be given to coders: it was removed, opened again for writing, or is being coded blind already. Choose another note.';
const TAKEN_BY_CHANCE =
  'One of the notes that were drawn was changed or assigned by somebody else at the same moment, so nothing was assigned. Draw again.';

/** Gives a note to coders, who from now on see nobody's codings of it but their own. Sent twice, it is given once. */
export function assignNote(
  db: Db,
  actor: Actor,
  given: { id: string; noteId: string; coders: string[] },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const earlier = await findDoubleCodingNote(trx, given.id);
    if (earlier?.noteId === given.noteId) return;
    await checkCoders(trx, given.coders);
    const [candidate] = await findCandidatesForUpdate(trx, [given.noteId]);
    // The same form may have waited for itself: the second to come finds what the first one did.
    if (!candidate && (await findDoubleCodingNote(trx, given.id))?.noteId === given.noteId) return;
    if (!candidate) throw new FieldError('note', TAKEN);
    await assign(trx, actor, { ...given, revisionId: candidate.revisionId, drawId: null });
  });
}

/** How many notes to draw of each agency and phase; `field` is the form's, for what is refused about it. */
export type Asked = { agencyId: string; phaseId: string; count: number; field: string };

/** Draws notes at random and gives each to the coders; the seed and what was drawn from are kept. */
export function drawSample(
  db: Db,
  actor: Actor,
  given: { id: string; asked: Asked[]; coders: string[] },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (await findDraw(trx, given.id)) return;
    await checkCoders(trx, given.coders);
    const seed = randomBytes(16).toString('hex');
    const strata: Stratum[] = [];
    for (const { agencyId, phaseId, count, field } of given.asked) {
      const candidates = await listCandidateIds(trx, { agencyId, phaseId });
      if (candidates.length < count)
        throw new FieldError(
          field,
          `Only ${candidates.length} ${candidates.length === 1 ? 'note' : 'notes'} can be drawn here; ask for no more`,
        );
      strata.push({ agencyId, phaseId, candidates, asked: count });
    }
    const row = { id: given.id, studyId: actor.studyId, seed, strata, by: actor.membershipId };
    if (!(await insertDraw(trx, row))) return checkOwnDraw(trx, given.id);
    const drawn = strata.flatMap(({ candidates, asked }) => draw(seed, candidates, asked));
    const locked = await findCandidatesForUpdate(trx, drawn);
    if (locked.length < drawn.length) throw new ConflictError(TAKEN_BY_CHANCE);
    for (const note of locked)
      await assign(trx, actor, {
        id: newId(),
        noteId: note.id,
        revisionId: note.revisionId,
        coders: given.coders,
        drawId: given.id,
      });
    await recordEvent(trx, actor, {
      kind: 'double-coding.drawn',
      subjectId: given.id,
      after: { seed, strata: strata.map(({ candidates, ...rest }) => ({ ...rest, candidates: candidates.length })) },
    });
  });
}

// The same draw sent at the same moment is done by the other; an id of another study is none of ours.
async function checkOwnDraw(trx: Transaction, id: string): Promise<void> {
  if (!(await findDraw(trx, id))) throw new NotFoundError();
}

async function assign(
  trx: Transaction,
  actor: Actor,
  given: { id: string; noteId: string; revisionId: string; coders: string[]; drawId: string | null },
): Promise<void> {
  const { wasCoded } = await sealCodings(trx, given.noteId);
  const row = { ...given, studyId: actor.studyId, wasCoded, by: actor.membershipId };
  if (!(await insertDoubleCoding(trx, row))) throw new NotFoundError();
  await recordEvent(trx, actor, {
    kind: 'double-coding.assigned',
    subjectId: given.id,
    after: { noteId: given.noteId, coders: given.coders, wasCoded, drawId: given.drawId },
  });
}

async function checkCoders(trx: Transaction, coders: string[]): Promise<void> {
  const team = new Set((await listTeam(trx)).map(({ id }) => id));
  if (!coders.every((id) => team.has(id)))
    throw new FieldError('coders', 'One of the people chosen is no longer in the team. Choose the coders again');
}
