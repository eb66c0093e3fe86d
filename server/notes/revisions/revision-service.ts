import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { AfterRevision } from '../after-revision.ts';
import { deleteSavedDraft, findDraft } from '../drafts/draft-queries.ts';
import { writeDraft } from '../drafts/draft-service.ts';
import { KEPT } from '../deidentification/state.ts';
import { findNoteForUpdate, type LockedNote, updateLatestRevision } from '../note-queries.ts';
import { addNote } from '../note-service.ts';
import { isSameText, type NoteText } from '../note-text.ts';
import type { Restoration, RevisionChange } from './revision-form.ts';
import {
  findBlindCodingOf,
  findRevision,
  findRevisionById,
  insertRevision,
  type Revision,
} from './revision-queries.ts';

/**
 * `unchanged`: the newest revision says the same already. `stale`: somebody saved `theirs` in between; nothing was
 * appended, and what was typed is kept as the member's draft at `version` (0 where another draft of theirs stands there).
 * `held`: the text stays as it is for the time being, for the reason `why`; the draft is kept alike.
 */
export type SaveOutcome =
  | { kind: 'saved'; number: number }
  | { kind: 'unchanged'; number: number }
  | { kind: 'stale'; theirs: Revision; version: number }
  | { kind: 'held'; version: number; why: string };

const HELD =
  'This note is being coded blind by several people, who must all code the same text, so nothing new can be saved until their codings are opened. Nothing is lost: what you typed is kept as your draft.';

const HELD_FOR_AUTHOR = `${KEPT} Nothing is lost: what you typed is kept as your draft.`;

const RAW_RESTORATION =
  'That text is from before the note was de-identified. To work from it, take the note back to “Raw” on its de-identification page first.';

const HELD_RESTORATION =
  'This note is being coded blind by several people, who must all code the same text. Bring the older text back once their codings are opened.';

const HELD_DEIDENTIFICATION =
  'This note is being coded blind by several people, who must all code the same text. De-identify it once their codings are opened.';

type Save = { db: Db; afterRevision: AfterRevision };

/**
 * Appends a revision to the note. The same id and words sent again answer as the first time did; the same id with more
 * words is somebody who went on typing when the first answer was lost, and becomes the revision after it.
 */
export function saveRevision(
  { db, afterRevision }: Save,
  actor: Actor,
  noteId: string,
  change: RevisionChange,
): Promise<SaveOutcome> {
  return inStudy(db, actor, async (trx) => {
    const { latestRevision } = await lockNote(trx, noteId);
    const earlier = await savedBefore(trx, actor, noteId, change.id);
    if (earlier && isSameText(earlier, change)) return { kind: 'saved', number: earlier.number };
    const { id, base } = earlier ? { id: newId(), base: earlier.number } : change;
    const latest = latestRevision === 0 ? undefined : await findRevision(trx, noteId, latestRevision);
    const key = { noteId, membershipId: actor.membershipId };
    if (latest && isSameText(latest, change)) {
      await deleteSavedDraft(trx, key, change);
      return { kind: 'unchanged', number: latest.number };
    }
    if (latestRevision > 0 && !latest) return hold(HELD_FOR_AUTHOR);
    if (latest && base !== latest.number) {
      const kept = await writeDraft(trx, actor, noteId, change);
      return { kind: 'stale', theirs: latest, version: kept?.version ?? 0 };
    }
    if (await findBlindCodingOf(trx, noteId)) return hold(HELD);
    const number = await append(trx, afterRevision, actor, { ...change, noteId, latest, id });
    await deleteSavedDraft(trx, key, change);
    return { kind: 'saved', number };

    async function hold(why: string): Promise<SaveOutcome> {
      await writeDraft(trx, actor, noteId, change);
      const draft = await findDraft(trx, key);
      return { kind: 'held', version: draft && isSameText(draft, change) ? draft.version : 0, why };
    }
  });
}

/** Appends a revision with the text of revision `number`. ConflictError when somebody saved after `base`. */
export function restoreRevision(
  { db, afterRevision }: Save,
  actor: Actor,
  noteId: string,
  number: number,
  { id, base }: Restoration,
): Promise<SaveOutcome> {
  return inStudy(db, actor, async (trx) => {
    const { latestRevision, deidentification } = await lockNote(trx, noteId);
    const old = await findRevision(trx, noteId, number);
    const latest = await findRevision(trx, noteId, latestRevision);
    if (!old || !latest) throw new NotFoundError();
    const earlier = await savedBefore(trx, actor, noteId, id);
    if (earlier) return { kind: 'saved', number: earlier.number };
    if (isSameText(old, latest)) return { kind: 'unchanged', number: latest.number };
    if (deidentification !== 'raw' && !old.deidentified) throw new ConflictError(RAW_RESTORATION);
    if (await findBlindCodingOf(trx, noteId)) throw new ConflictError(HELD_RESTORATION);
    if (base !== latest.number)
      throw new ConflictError(
        `${latest.savedBy} saved revision ${latest.number} after you opened this page. Go back, look at it, and restore the older one if you still want to.`,
      );
    const text = { id, title: old.title, body: old.body, restoredFrom: old.number };
    return { kind: 'saved', number: await append(trx, afterRevision, actor, { noteId, latest, ...text }) };
  });
}

/**
 * Appends the de-identified text to the note's revision `base`, which must be its newest, in a transaction at hand. The
 * database then keeps what came before for author and lead. ConflictError where the text stays as it is. The number of
 * the new revision; undefined when this very form was sent before.
 */
export async function appendDeidentified(
  trx: Transaction,
  afterRevision: AfterRevision,
  actor: Actor,
  { noteId, ...change }: NoteText & { id: string; noteId: string; base: number },
): Promise<number | undefined> {
  const { latestRevision } = await lockNote(trx, noteId);
  if (await savedBefore(trx, actor, noteId, change.id)) return undefined;
  const latest = await findRevision(trx, noteId, latestRevision);
  if (!latest) throw new NotFoundError(KEPT);
  if (latest.number !== change.base)
    throw new ConflictError(
      `${latest.savedBy} saved revision ${latest.number} after you opened this page. What you decided is not saved: open the page again and go through the new text.`,
    );
  if (await findBlindCodingOf(trx, noteId)) throw new ConflictError(HELD_DEIDENTIFICATION);
  return append(trx, afterRevision, actor, { ...change, noteId, latest, deidentifies: true });
}

/**
 * A note about a visit with its first revision at once, in a transaction at hand. False when there is a note of that id;
 * NotFoundError when the visit is gone.
 */
export async function addWrittenNote(
  trx: Transaction,
  afterRevision: AfterRevision,
  actor: Actor,
  { id, visitId, ...text }: NoteText & { id: string; visitId: string },
): Promise<boolean> {
  if (!(await addNote(trx, actor, visitId, id))) return false;
  await append(trx, afterRevision, actor, { ...text, id: newId(), noteId: id, latest: undefined });
  return true;
}

async function lockNote(trx: Transaction, noteId: string): Promise<LockedNote> {
  const note = await findNoteForUpdate(trx, noteId);
  if (!note || note.removed) throw new NotFoundError();
  return note;
}

// The form was sent twice, or its answer got lost on the way.
async function savedBefore(trx: Transaction, actor: Actor, noteId: string, id: string): Promise<Revision | undefined> {
  const revision = await findRevisionById(trx, id);
  if (revision && (revision.noteId !== noteId || revision.savedById !== actor.membershipId)) throw new NotFoundError();
  return revision;
}

async function append(
  trx: Transaction,
  afterRevision: AfterRevision,
  actor: Actor,
  change: NoteText & {
    id: string;
    noteId: string;
    latest: Revision | undefined;
    restoredFrom?: number;
    deidentifies?: boolean;
  },
): Promise<number> {
  const { id, noteId, latest, title, body, restoredFrom = null, deidentifies = false } = change;
  const number = (latest?.number ?? 0) + 1;
  const row = {
    id,
    studyId: actor.studyId,
    noteId,
    number,
    title,
    body,
    restoredFrom,
    by: actor.membershipId,
    deidentifies,
  };
  // Taken by a row of another study, which nobody here can see.
  if (!(await insertRevision(trx, row))) throw new NotFoundError();
  await updateLatestRevision(trx, noteId, number);
  await afterRevision(trx, actor, { noteId, before: latest, after: { id, number, body } });
  await recordEvent(trx, actor, {
    kind: 'note.saved',
    subjectId: noteId,
    before: { revision: latest?.number ?? 0 },
    after: restoredFrom === null ? { revision: number } : { revision: number, restoredFrom },
  });
  return number;
}
