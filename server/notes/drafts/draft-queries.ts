import type { Transaction } from '../../database/connection.ts';
import type { NoteText } from '../note-text.ts';

/** What a member typed into a note and has not saved; `base` is the revision that it began from. */
export type Draft = { title: string; body: string; base: number; version: number; savedAt: Date; discarded: boolean };

/** Whose draft, of which note. */
export type DraftKey = { noteId: string; membershipId: string };

const where = ({ noteId, membershipId }: DraftKey) => ({ note_id: noteId, membership_id: membershipId });

/** The member's draft of the note, a discarded one included, or undefined. */
export async function findDraft(trx: Transaction, key: DraftKey): Promise<Draft | undefined> {
  return trx('note_drafts')
    .where(where(key))
    .first({
      title: 'title',
      body: 'body',
      base: 'base_revision',
      version: 'version',
      savedAt: 'saved_at',
      discarded: trx.raw('discarded_at is not null'),
    });
}

/** Undefined when there is a draft already. */
export async function insertDraft(
  trx: Transaction,
  key: DraftKey & { studyId: string },
  text: NoteText & { base: number },
): Promise<{ version: number; savedAt: Date } | undefined> {
  const rows = await trx('note_drafts')
    .insert({ ...where(key), study_id: key.studyId, base_revision: text.base, title: text.title, body: text.body })
    .onConflict(['note_id', 'membership_id'])
    .ignore()
    .returning(['version', 'saved_at']);
  return rows[0] && { version: rows[0].version, savedAt: rows[0].saved_at };
}

/** Undefined when the draft is no longer at `text.version`. Writing takes a discarded draft's place. */
export async function updateDraft(
  trx: Transaction,
  key: DraftKey,
  text: NoteText & { base: number; version: number },
): Promise<{ version: number; savedAt: Date } | undefined> {
  const rows = await trx('note_drafts')
    .where({ ...where(key), version: text.version })
    .update({
      base_revision: text.base,
      title: text.title,
      body: text.body,
      version: text.version + 1,
      saved_at: trx.fn.now(),
      discarded_at: null,
    })
    .returning(['version', 'saved_at']);
  return rows[0] && { version: rows[0].version, savedAt: rows[0].saved_at };
}

/** False when the draft is no longer at `version`, or discarded (or kept) already. */
export async function updateDraftDiscarded(
  trx: Transaction,
  key: DraftKey,
  { version, discarded }: { version: number; discarded: boolean },
): Promise<boolean> {
  const query = trx('note_drafts').where({ ...where(key), version });
  const changed = discarded
    ? await query.whereNull('discarded_at').update({ discarded_at: trx.fn.now(), version: version + 1 })
    : await query.whereNotNull('discarded_at').update({ discarded_at: null, version: version + 1 });
  return changed > 0;
}

/**
 * Deletes the member's draft that has just become a revision: the one at `version`, or one with the very words that
 * were saved. Another (typed in a second tab) stays.
 */
export async function deleteSavedDraft(
  trx: Transaction,
  key: DraftKey,
  saved: NoteText & { version: number },
): Promise<void> {
  await trx('note_drafts')
    .where(where(key))
    .where((either) => either.where('version', saved.version).orWhere({ title: saved.title, body: saved.body }))
    .delete();
}
