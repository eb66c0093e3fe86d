import { recordEvent, recordEvents } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import { refuseWithheld } from '../notes/withheld.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import {
  type CodingState,
  findCodingForUpdate,
  findCodingsById,
  findCodingsOfPassage,
  findNoteForShare,
  findRevisionText,
  type StoredCoding,
  updateCodingRemoved,
} from './coding-queries.ts';
import {
  cutFromParagraphs,
  cutPassage,
  type CutPassage,
  type Passage,
  passageProblem,
  sourceOf,
  surroundings,
} from './passage.ts';
import { codeAtOnce, type Coded, type CodingRequest, madeEvents } from './quick-coding-service.ts';
import { findForCoding, insertCodings } from './passage-queries.ts';
import { findRepaint } from './repaint-queries.ts';
import { passageOfSentences, sentencesOf } from './sentences.ts';

export const CHANGED =
  'Somebody has changed this coding since you saw it, so nothing was done. Look at it as it is now, then decide again.';

export const STALE =
  'This note was changed after you opened it, so the passage may lie elsewhere now. Reload the page and select the words again.';

/**
 * Gives each theme to the passage, all or none. The words are cut from the stored revision. What this coder has given to
 * this passage already, or sent already, is answered and not doubled. FieldError on a passage or theme that cannot be
 * used; ConflictError when the note has a newer revision.
 */
export async function codePassage(db: Db, actor: Actor, noteId: string, request: CodingRequest): Promise<Coded> {
  const coded = await codeAtOnce(db, actor, noteId, request);
  if (coded) return coded;
  const work = async (trx: Transaction) => {
    const coded = await codeInNote(trx, actor, noteId, request);
    if (!request.painted) return coded;
    // In the same transaction: beginning another would cost more than the reading.
    return { ...coded, repaint: await findRepaint(trx, noteId, { wanted: coded, ids: coded.ids }) };
  };
  return inStudy(db, actor, work, { planOnce: true });
}

async function codeInNote(trx: Transaction, actor: Actor, noteId: string, request: CodingRequest): Promise<Coded> {
  const { where, codings } = request;
  const passage = 'sentences' in where ? await passageInNote(trx, noteId, request.revision, where.sentences) : where;
  const ids = codings.map(({ id }) => id);
  const themeIds = codings.map(({ themeId }) => themeId);
  const found = await findForCoding(trx, noteId, {
    number: request.revision,
    ids,
    themeIds,
    around: surroundings(passage),
  });
  if (!found || found.removed) throw new NotFoundError();
  if (found.revisionId === null) throw new ConflictError(STALE);
  const own = { noteId, coderId: actor.membershipId };
  // Sent again because the first answer was lost on the way: done, even if somebody has saved the note since.
  if (areStored(found.stored, own, codings)) return { ids, noteId, ...passage };
  if (found.revision !== request.revision || found.seen !== request.revision) {
    // The first may have been stored while this one waited for whoever saved.
    if (areStored(await findCodingsById(trx, ids), own, codings)) return { ids, noteId, ...passage };
    throw new ConflictError(STALE);
  }
  const cut =
    cutFromParagraphs(found.paragraphs, found.lastEnd, passage) ?? (await cutFromText(trx, noteId, request, passage));
  checkThemes(found.themes, codings);

  const place = { ...own, revisionId: found.revisionId };
  const inserted = await insertCodings(trx, { ...place, studyId: actor.studyId, cut, codings }).catch(
    (error: unknown) => refuseWithheld(error, 'sentences' in where ? 'sentences' : 'passage'),
  );
  const made = codings.filter(({ id }) => inserted.includes(id));
  await recordEvents(trx, actor, madeEvents(made, { noteId, revision: request.revision, ...passage }));
  if (made.length === codings.length) return { ids, noteId, ...passage };

  const stored = new Map([
    ...(await findCodingsById(trx, ids)).filter((coding) => isOwn(coding, own)).map(keyed),
    ...(await findCodingsOfPassage(trx, { ...place, ...passage })).map(keyed),
  ]);
  return {
    ids: codings.map(({ themeId }) => {
      const id = stored.get(themeId);
      // The id belongs to something else, or what stood in the way has just been removed.
      if (id === undefined) throw new ConflictError('This could not be coded just now. Reload the page and try again.');
      return id;
    }),
    noteId,
    ...passage,
  };
}

/**
 * Removes a coding: one's own, or as lead anybody's. Doing it again changes nothing. `seen` is the version that an undo
 * is about: ConflictError when somebody has changed the coding since.
 */
export function removeCoding(db: Db, actor: Actor, id: string, seen?: number): Promise<CodingState> {
  return inStudy(db, actor, async (trx) => {
    const coding = await changeableCoding(trx, actor, id, 'remove');
    if (isChanged(coding, seen, coding.removed)) throw new ConflictError(CHANGED);
    if (coding.removed) return coding;
    await updateCodingRemoved(trx, id, actor.membershipId);
    await recordEvent(trx, actor, { kind: 'coding.removed', subjectId: id });
    return coding;
  });
}

/**
 * Undoes removeCoding; `seen` as there. ConflictError when its theme was removed, or when the passage was coded alike
 * meanwhile.
 */
export function restoreCoding(db: Db, actor: Actor, id: string, seen?: number): Promise<CodingState> {
  return inStudy(db, actor, async (trx) => {
    const coding = await changeableCoding(trx, actor, id, 'bring back');
    if (isChanged(coding, seen, !coding.removed)) throw new ConflictError(CHANGED);
    if (!coding.removed) return coding;
    if (coding.themeRemoved)
      throw new ConflictError(`The theme “${coding.themeName}” was removed. Bring the theme back first.`);
    try {
      await trx.transaction((attempt) => updateCodingRemoved(attempt, id, null));
    } catch (error) {
      if ((error as { code?: unknown }).code !== '23505') throw error;
      throw new ConflictError(
        `The passage has been coded with “${coding.themeName}” again meanwhile, so there is nothing to bring back.`,
      );
    }
    await recordEvent(trx, actor, { kind: 'coding.restored', subjectId: id });
    return coding;
  });
}

// Sent again because its answer was lost, a change finds itself done already: one version on.
function isChanged({ version }: CodingState, seen: number | undefined, isDone: boolean): boolean {
  return seen !== undefined && version !== (isDone ? seen + 1 : seen);
}

/** The coding, locked, if this person may change it: NotFoundError, or ForbiddenError that says who may `what`. */
export async function changeableCoding(trx: Transaction, actor: Actor, id: string, what: string): Promise<CodingState> {
  const coding = await findCodingForUpdate(trx, id);
  if (!coding || coding.noteRemoved) throw new NotFoundError();
  if (coding.coderId !== actor.membershipId && actor.role !== 'lead')
    throw new ForbiddenError(`Only ${coding.coderName} or the study’s lead can ${what} this coding.`);
  return coding;
}

async function passageInNote(trx: Transaction, noteId: string, revision: number, sentences: number[]) {
  const note = await findNoteForShare(trx, noteId);
  if (!note || note.removed) throw new NotFoundError();
  if (revision > note.revision) throw new ConflictError(STALE);
  return passageOf(trx, noteId, revision, sentences);
}

/** The passage of the sentences numbered so in that revision. FieldError when they make none. */
export async function passageOf(
  trx: Transaction,
  noteId: string,
  revision: number,
  sentences: number[],
): Promise<Passage> {
  const text = await findRevisionText(trx, noteId, revision);
  const passage = passageOfSentences(sentencesOf(paragraphsOf(text?.body ?? '')), sentences);
  if ('problem' in passage) throw new FieldError('sentences', passage.problem);
  return passage;
}

/** For what the paragraphs alone do not tell, a reason to refuse among it: reads the whole text. */
async function cutFromText(
  trx: Transaction,
  noteId: string,
  { revision, where }: CodingRequest,
  passage: Passage,
): Promise<CutPassage> {
  const text = await findRevisionText(trx, noteId, revision);
  const source = sourceOf(text?.body ?? '');
  const problem = passageProblem(source, passage);
  if (problem !== undefined) throw new FieldError('sentences' in where ? 'sentences' : 'passage', problem);
  return cutPassage(source, passage);
}

/** FieldError when one of the themes that were asked for is removed, or no theme of the study. */
export function checkThemes(
  themes: { name: string; removed: boolean; retired: boolean }[],
  codings: readonly unknown[],
): void {
  const removed = themes.filter((theme) => theme.removed).map(({ name }) => `“${name}”`);
  if (removed.length > 0)
    throw new FieldError(
      'themes',
      `${removed.length === 1 ? 'The theme' : 'The themes'} ${removed.join(', ')} ${removed.length === 1 ? 'was' : 'were'} removed from the codebook meanwhile. Choose another theme.`,
    );
  const retired = themes.find((theme) => theme.retired);
  if (retired)
    throw new FieldError(
      'themes',
      `The theme “${retired.name}” is retired: nobody can code with it. Choose another theme.`,
    );
  if (themes.length < codings.length)
    throw new FieldError(
      'themes',
      'One of the themes is not in this study’s codebook. Reload the page and choose again.',
    );
}

function areStored(
  stored: readonly StoredCoding[],
  own: { noteId: string; coderId: string },
  codings: readonly { id: string; themeId: string }[],
): boolean {
  return codings.every(({ id, themeId }) =>
    stored.some((coding) => coding.id === id && coding.themeId === themeId && isOwn(coding, own)),
  );
}

function isOwn(coding: { noteId: string; coderId: string }, own: { noteId: string; coderId: string }): boolean {
  return coding.noteId === own.noteId && coding.coderId === own.coderId;
}

function keyed({ id, themeId }: { id: string; themeId: string }): [string, string] {
  return [themeId, id];
}
