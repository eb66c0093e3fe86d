import { listParticipants } from '../agencies/participants/participant-queries.ts';
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
import type { AfterRevision } from '../notes/after-revision.ts';
import { KEPT } from '../notes/deidentification/state.ts';
import { findDeidentification } from '../notes/deidentification/state-queries.ts';
import { checkNote, releaseNote, takeBackNote } from '../notes/deidentification/state-service.ts';
import { BODY_LIMIT, TITLE_LIMIT } from '../notes/note-text.ts';
import { findAgencyOfNote } from '../notes/identifiers/identifier-queries.ts';
import { findNote } from '../notes/note-queries.ts';
import { appendDeidentified } from '../notes/revisions/revision-service.ts';
import { AppError, ConflictError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { codePointLength, indexText } from '../shared/text.ts';
import type { Technique } from './categories.ts';
import { type Decision, REMOVED } from './decisions.ts';
import {
  insertReplacements,
  listReplacements,
  type LoggedReplacement,
  updateReplacementsChecked,
} from './log-queries.ts';
import { applyReplacements, bracketed, mapStretch } from '../identifiers/replacements.ts';

/** `base` is the revision that was gone through, `id` that of the one to be made. */
export type Deidentifying = { id: string; base: number; decisions: Decision[] };

const CHANGED = 'What was to be replaced does not stand there. Open the page again and go through the text once more.';

/**
 * Makes the de-identified text the note's next revision: the database then keeps the raw one for the author and the lead.
 * Codings follow through the replacements, which are logged with their originals encrypted. No decisions mean that
 * nothing in the text tells who anybody is. Sending it twice does it once. `lookForNames` is what every saved text goes
 * through once its codings are in place.
 */
export function deidentifyNote(
  { db, lookForNames }: { db: Db; lookForNames: AfterRevision },
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
    const replacements = of('body');
    const carry = carryCodingsThrough((passage) => mapStretch(passage, replacements));
    // As after every saving: whoever is still named there by their real name may have declined.
    const afterRevision: AfterRevision = async (within, by, change) => {
      await carry(within, by, change);
      await lookForNames(within, by, change);
    };
    const number = await appendDeidentified(trx, afterRevision, actor, { ...text, id, noteId, base });
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
  const people = await pseudonymsAround(trx, of.noteId);
  const rows = decisions.map(({ words, text, ...decision }) => {
    const id = newId();
    const participantId = people.get(text) ?? null;
    const technique: Technique = participantId !== null ? 'pseudonym' : text === REMOVED ? 'remove' : 'generalise';
    const original = seal(keys, words, { studyId: actor.studyId, id });
    return { ...decision, id, replacement: text, participantId, technique, original };
  });
  await inIdentities(trx, () =>
    insertReplacements(trx, { ...of, studyId: actor.studyId, by: actor.membershipId }, rows),
  );
}

// Who is meant by a pseudonym in brackets, at the agency of the note's visit.
async function pseudonymsAround(trx: Transaction, noteId: string): Promise<Map<string, string>> {
  const agencyId = await findAgencyOfNote(trx, noteId);
  const people = agencyId === undefined ? [] : await listParticipants(trx, agencyId);
  return new Map(
    people.filter(({ removedAt }) => removedAt === null).map(({ id, pseudonym }) => [bracketed(pseudonym), id]),
  );
}
