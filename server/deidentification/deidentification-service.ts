import { recordEvent } from '../audit/event-service.ts';
import { carryCodingsThrough } from '../coding/carry-replaced-service.ts';
import {
  type Actor,
  type Db,
  identityKeysOf,
  inIdentities,
  inStudy,
  type Transaction,
} from '../database/connection.ts';
import { seal, unseal } from '../identities/cipher.ts';
import { KEPT } from '../notes/deidentification/state.ts';
import { findDeidentification } from '../notes/deidentification/state-queries.ts';
import { checkNote, releaseNote, takeBackNote } from '../notes/deidentification/state-service.ts';
import { BODY_LIMIT, TITLE_LIMIT } from '../notes/note-text.ts';
import { findNote } from '../notes/note-queries.ts';
import { appendDeidentified } from '../notes/revisions/revision-service.ts';
import { AppError, ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { codePointLength, indexText } from '../shared/text.ts';
import type { Category, Technique } from './categories.ts';
import {
  insertReplacements,
  listReplacements,
  type LoggedReplacement,
  updateReplacementsChecked,
} from './log-queries.ts';
import { applyReplacements, mapStretch, type Replacement } from '../identifiers/replacements.ts';

/**
 * One decision about one place of the text. `words` is what the decider saw there, so that nothing else is replaced;
 * `text` stands there afterwards, in its brackets.
 */
export type Decision = Replacement & {
  field: 'title' | 'body';
  words: string;
  category: Category;
  technique: Technique;
  participantId: string | null;
};

/** `base` is the revision that was gone through, `id` that of the one to be made. */
export type Deidentifying = { id: string; base: number; decisions: Decision[] };

const CHANGED = 'What was to be replaced does not stand there. Open the page again and go through the text once more.';

/**
 * Makes the de-identified text the note's next revision: the database then keeps the raw one for the author and the lead.
 * Codings follow through the replacements, which are logged with their originals encrypted. No decisions mean that
 * nothing in the text tells who anybody is. Sending it twice does it once.
 */
export function deidentifyNote(
  db: Db,
  actor: Actor,
  noteId: string,
  { id, base, decisions }: Deidentifying,
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const note = await findNote(trx, noteId);
    if (!note) throw new NotFoundError();
    if (note.revisionId === null || note.title === null || note.body === null) throw new NotFoundError(KEPT);
    const raw = { id: note.revisionId, title: note.title, body: note.body };
    const of = (field: Decision['field']) => decisions.filter((decision) => decision.field === field);
    const isFresh = note.latestRevision === base;
    const text = isFresh
      ? { title: replaced(raw.title, of('title'), TITLE_LIMIT), body: replaced(raw.body, of('body'), BODY_LIMIT) }
      : { title: raw.title, body: raw.body };
    const carry = carryCodingsThrough((passage) => mapStretch(passage, of('body')));
    const number = await appendDeidentified(trx, carry, actor, { ...text, id, noteId, base });
    if (number === undefined) return;
    await logReplacements(trx, actor, { noteId, rawRevisionId: raw.id, revisionId: id }, decisions);
    await recordEvent(trx, actor, {
      kind: 'note.deidentified',
      subjectId: noteId,
      before: { state: note.deidentification, revision: base },
      after: { state: 'de-identified', revision: number, replacements: decisions.length },
    });
  });
}

/** The second person’s word on revision `revision`; what was replaced counts as checked with it. */
export function checkDeidentification(db: Db, actor: Actor, noteId: string, revision: number): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    await checkNote(trx, actor, noteId, revision);
    await inIdentities(trx, () => updateReplacementsChecked(trx, noteId, actor.membershipId));
  });
}

export function releaseDeidentified(db: Db, actor: Actor, noteId: string): Promise<void> {
  return inStudy(db, actor, (trx) => releaseNote(trx, actor, noteId));
}

export function takeBackDeidentification(
  db: Db,
  actor: Actor,
  noteId: string,
  change: Parameters<typeof takeBackNote>[3],
): Promise<void> {
  return inStudy(db, actor, (trx) => takeBackNote(trx, actor, noteId, change));
}

export type ReadReplacement = LoggedReplacement & { original: string; by: string; at: Date; checkedBy: string | null };

/** What was replaced, with what stood there: for those who may read the raw text anyway. The look is on record. */
export function lookAtReplacements(db: Db, actor: Actor, noteId: string): Promise<ReadReplacement[]> {
  return inStudy(db, actor, async (trx) => {
    const found = await findDeidentification(trx, noteId);
    if (!found || (actor.role !== 'lead' && found.authorId !== actor.membershipId)) throw new NotFoundError();
    await recordEvent(trx, actor, { kind: 'replacements.viewed', subjectId: noteId });
    const rows = await inIdentities(trx, () => listReplacements(trx, noteId));
    const keys = identityKeysOf(trx);
    return rows.map(({ ciphertext, nonce, keyId, studyId, ...row }) => ({
      ...row,
      original: unseal(keys, { ciphertext, nonce, keyId }, { studyId, id: row.id }),
    }));
  });
}

function replaced(text: string, decisions: Decision[], limit: number): string {
  const source = indexText(text);
  if (decisions.some(({ start, end, words }) => source.slice(start, end) !== words)) throw new ConflictError(CHANGED);
  try {
    const result = applyReplacements(text, decisions);
    if (codePointLength(result) <= limit) return result;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError(422, 'Two replacements overlap. Leave one of them out.');
  }
  throw new AppError(422, 'With these replacements the text is longer than a note can be. Choose shorter ones.');
}

async function logReplacements(
  trx: Transaction,
  actor: Actor,
  of: { noteId: string; rawRevisionId: string; revisionId: string },
  decisions: Decision[],
): Promise<void> {
  const keys = identityKeysOf(trx);
  const rows = decisions.map(({ words, text, ...decision }) => {
    const id = newId();
    return { ...decision, id, replacement: text, original: seal(keys, words, { studyId: actor.studyId, id }) };
  });
  await inIdentities(trx, () =>
    insertReplacements(trx, { ...of, studyId: actor.studyId, by: actor.membershipId }, rows),
  );
}
