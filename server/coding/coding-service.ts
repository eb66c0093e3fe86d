import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { ConflictError, FieldError, ForbiddenError, NotFoundError } from '../shared/errors.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import {
  type CodingState,
  findCodingForUpdate,
  findCodingsById,
  findCodingsOfPassage,
  findNoteForShare,
  findRevisionText,
  findThemesForShare,
  insertCodings,
  updateCodingRemoved,
} from './coding-queries.ts';
import { cutPassage, type Passage, passageProblem, sourceOf } from './passage.ts';
import { passageOfSentences, sentencesOf } from './sentences.ts';

/** What to code: a passage of revision `revision`, or sentences of it by number; and a new id for each theme. */
export type CodingRequest = {
  revision: number;
  where: Passage | { sentences: number[] };
  codings: { id: string; themeId: string }[];
};

/** What the passage now carries: the ids of the codings, in the order asked for, and where they are. */
export type Coded = Passage & { ids: string[]; noteId: string };

const STALE =
  'This note was changed after you opened it, so the passage may lie elsewhere now. Reload the page and select the words again.';

/**
 * Gives each theme to the passage, all or none. The words are cut from the stored revision. What this coder has given to
 * this passage already, or sent already, is answered and not doubled. FieldError on a passage or theme that cannot be
 * used; ConflictError when the note has a newer revision.
 */
export function codePassage(db: Db, actor: Actor, noteId: string, request: CodingRequest): Promise<Coded> {
  return inStudy(db, actor, async (trx) => {
    const note = await findNoteForShare(trx, noteId);
    if (!note || note.removed) throw new NotFoundError();
    const text = await findRevisionText(trx, noteId, request.revision);
    if (!text) throw new ConflictError(STALE);
    const source = sourceOf(text.body);
    const passage = wherePassage(request.where, text.body);
    const ids = request.codings.map(({ id }) => id);
    // Sent again because the first answer was lost on the way: done, even if somebody has saved the note since.
    if (await areStored(trx, actor, noteId, request.codings)) return { ids, noteId, ...passage };
    if (note.revision !== request.revision) throw new ConflictError(STALE);

    const problem = passageProblem(source, passage);
    if (problem !== undefined) throw new FieldError('sentences' in request.where ? 'sentences' : 'passage', problem);
    await checkThemes(trx, request.codings);

    const place = { noteId, revisionId: text.id, coderId: actor.membershipId };
    const codings = request.codings.toSorted((left, right) => (left.themeId < right.themeId ? -1 : 1));
    const cut = cutPassage(source, passage);
    const inserted = await insertCodings(trx, { ...place, studyId: actor.studyId, cut, codings });
    for (const { id, themeId } of codings.filter((coding) => inserted.includes(coding.id)))
      await recordEvent(trx, actor, {
        kind: 'coding.made',
        subjectId: id,
        after: { noteId, themeId, revision: request.revision, ...passage },
      });

    const stored = new Map([
      ...(await findCodingsById(trx, ids)).filter((coding) => isOwn(coding, actor, noteId)).map(keyed),
      ...(await findCodingsOfPassage(trx, { ...place, ...passage })).map(keyed),
    ]);
    return {
      ids: request.codings.map(({ themeId }) => {
        const id = stored.get(themeId);
        // The id belongs to something else, or what stood in the way has just been removed.
        if (id === undefined)
          throw new ConflictError('This could not be coded just now. Reload the page and try again.');
        return id;
      }),
      noteId,
      ...passage,
    };
  });
}

/** Removes a coding: one's own, or as lead anybody's. Doing it again changes nothing. */
export function removeCoding(db: Db, actor: Actor, id: string): Promise<CodingState> {
  return inStudy(db, actor, async (trx) => {
    const coding = await changeableCoding(trx, actor, id, 'remove');
    if (coding.removed) return coding;
    await updateCodingRemoved(trx, id, actor.membershipId);
    await recordEvent(trx, actor, { kind: 'coding.removed', subjectId: id });
    return coding;
  });
}

/** Undoes removeCoding. ConflictError when its theme was removed, or when the passage was coded alike meanwhile. */
export function restoreCoding(db: Db, actor: Actor, id: string): Promise<CodingState> {
  return inStudy(db, actor, async (trx) => {
    const coding = await changeableCoding(trx, actor, id, 'bring back');
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

async function changeableCoding(trx: Transaction, actor: Actor, id: string, what: string): Promise<CodingState> {
  const coding = await findCodingForUpdate(trx, id);
  if (!coding || coding.noteRemoved) throw new NotFoundError();
  if (coding.coderId !== actor.membershipId && actor.role !== 'lead')
    throw new ForbiddenError(`Only ${coding.coderName} or the study’s lead can ${what} this coding.`);
  return coding;
}

function wherePassage(where: CodingRequest['where'], body: string): Passage {
  if (!('sentences' in where)) return where;
  const passage = passageOfSentences(sentencesOf(paragraphsOf(body)), where.sentences);
  if ('problem' in passage) throw new FieldError('sentences', passage.problem);
  return passage;
}

async function checkThemes(trx: Transaction, codings: { themeId: string }[]): Promise<void> {
  const themes = await findThemesForShare(
    trx,
    codings.map(({ themeId }) => themeId),
  );
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

async function areStored(
  trx: Transaction,
  actor: Actor,
  noteId: string,
  codings: { id: string; themeId: string }[],
): Promise<boolean> {
  const stored = await findCodingsById(
    trx,
    codings.map(({ id }) => id),
  );
  return codings.every(({ id, themeId }) =>
    stored.some((coding) => coding.id === id && coding.themeId === themeId && isOwn(coding, actor, noteId)),
  );
}

function isOwn(coding: { noteId: string; coderId: string }, actor: Actor, noteId: string): boolean {
  return coding.noteId === noteId && coding.coderId === actor.membershipId;
}

function keyed({ id, themeId }: { id: string; themeId: string }): [string, string] {
  return [themeId, id];
}
