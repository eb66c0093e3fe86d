import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { findNote, type Note } from '../note-queries.ts';
import { isSameText } from '../note-text.ts';
import type { DraftChange } from './draft-form.ts';
import { type Draft, findDraft, insertDraft, updateDraft, updateDraftDiscarded } from './draft-queries.ts';

/** `other` is what the server holds instead: the writer's draft from another tab, or none because it was saved or discarded. */
export type DraftOutcome =
  | { kept: true; version: number; savedAt: Date; note: Note }
  | { kept: false; other: Draft | undefined; note: Note };

/**
 * Keeps what a member is typing, over `change.version` of the draft only. The same words sent again answer as the first
 * time did. Autosaves leave no event of their own, only the first of a draft: they would drown the audit trail.
 */
export function keepDraft(db: Db, actor: Actor, noteId: string, change: DraftChange): Promise<DraftOutcome> {
  return inStudy(db, actor, async (trx) => {
    const note = await findNote(trx, noteId);
    if (!note) throw new NotFoundError('This note was removed. Your words are still on this page: copy them out.');
    const kept = await writeDraft(trx, actor, noteId, change);
    if (kept) return { kept: true, ...kept, note };
    const draft = await findDraft(trx, { noteId, membershipId: actor.membershipId });
    const other = draft?.discarded ? undefined : draft;
    if (other && isSameText(other, change)) return { kept: true, version: other.version, savedAt: other.savedAt, note };
    return { kept: false, other, note };
  });
}

/** Writes the draft in a transaction at hand; undefined when the server holds another version. */
export async function writeDraft(
  trx: Transaction,
  actor: Actor,
  noteId: string,
  change: DraftChange,
): Promise<{ version: number; savedAt: Date } | undefined> {
  const key = { noteId, membershipId: actor.membershipId };
  if (change.version > 0) return updateDraft(trx, key, change);
  const inserted = await insertDraft(trx, { ...key, studyId: actor.studyId }, change);
  if (inserted) {
    await recordEvent(trx, actor, { kind: 'draft.begun', subjectId: noteId, after: { base: change.base } });
    return inserted;
  }
  // One that was thrown away does not stand in the way of new words.
  const old = await findDraft(trx, key);
  return old?.discarded ? updateDraft(trx, key, { ...change, version: old.version }) : undefined;
}

/** Throws the member's draft away, as it stood at `version`; restoreDraft brings it back. Gives its new version. */
export function discardDraft(db: Db, actor: Actor, noteId: string, version: number): Promise<number> {
  return setDiscarded(db, actor, noteId, { version, discarded: true });
}

/** Undoes discardDraft, unless something new was typed since. */
export function restoreDraft(db: Db, actor: Actor, noteId: string): Promise<number> {
  return setDiscarded(db, actor, noteId, { discarded: false });
}

function setDiscarded(
  db: Db,
  actor: Actor,
  noteId: string,
  wanted: { version?: number; discarded: boolean },
): Promise<number> {
  return inStudy(db, actor, async (trx) => {
    const key = { noteId, membershipId: actor.membershipId };
    const draft = await findDraft(trx, key);
    if (!(await findNote(trx, noteId)) || !draft) throw new NotFoundError();
    if (draft.discarded === wanted.discarded) return draft.version;
    const version = wanted.version ?? draft.version;
    if (!(await updateDraftDiscarded(trx, key, { version, discarded: wanted.discarded })))
      throw new ConflictError('You have written more since this page was opened. Open the note again and look at it.');
    await recordEvent(trx, actor, {
      kind: wanted.discarded ? 'draft.discarded' : 'draft.restored',
      subjectId: noteId,
      after: { version: version + 1 },
    });
    return version + 1;
  });
}
