import { recordEvent } from '../../audit/event-service.ts';
import type { Actor, Transaction } from '../../database/connection.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import { findNoteForUpdate } from '../note-queries.ts';
import { type DeidentificationState, STATE_WORDS } from './state.ts';
import {
  type Deidentification,
  findDeidentification,
  updateNoteChecked,
  updateNoteReleased,
  updateNoteTakenBack,
} from './state-queries.ts';

/**
 * The second person says that nobody can be told from the text of revision `revision`. ConflictError when it is another
 * text by now, or when it is whoever made it. Doing it again changes nothing.
 */
export async function checkNote(trx: Transaction, actor: Actor, noteId: string, revision: number): Promise<void> {
  const { state, deidentified, checked, latestRevision } = await lockState(trx, noteId);
  if (state !== 'de-identified' && checked?.byId === actor.membershipId) return;
  expectState(state, 'de-identified');
  if (latestRevision !== revision)
    throw new ConflictError(
      'Somebody saved this note after you opened the page. Open it again, read the new text, then check it.',
    );
  if (deidentified?.byId === actor.membershipId)
    throw new ConflictError(
      'You made this text yourself, so a second person has to check it. Ask a colleague to open this page.',
    );
  await updateNoteChecked(trx, noteId, actor.membershipId);
  await recordEvent(trx, actor, {
    kind: 'note.checked',
    subjectId: noteId,
    before: { state },
    after: { state: 'checked', revision },
  });
}

/** The checker or a lead says that the note may be shown. Doing it again changes nothing. */
export async function releaseNote(trx: Transaction, actor: Actor, noteId: string): Promise<void> {
  const { state, checked } = await lockState(trx, noteId);
  if (state === 'releasable') return;
  expectState(state, 'checked');
  if (actor.role !== 'lead' && checked?.byId !== actor.membershipId)
    throw new ConflictError(`Whoever checked the note releases it, or the lead: ask ${checked?.by ?? 'the lead'}.`);
  await updateNoteReleased(trx, noteId, actor.membershipId);
  await recordEvent(trx, actor, {
    kind: 'note.released',
    subjectId: noteId,
    before: { state },
    after: { state: 'releasable' },
  });
}

const BEFORE: Record<Exclude<DeidentificationState, 'raw'>, DeidentificationState> = {
  'de-identified': 'raw',
  checked: 'de-identified',
  releasable: 'checked',
};

/** Takes the last step back, which must have led to `from`. The reason is a class, so that the trail holds no words. */
export async function takeBackNote(
  trx: Transaction,
  actor: Actor,
  noteId: string,
  { from, reason }: { from: DeidentificationState; reason: string },
): Promise<void> {
  const { state } = await lockState(trx, noteId);
  expectState(state, from);
  if (state === 'raw') throw new ConflictError('The note is raw: there is no step to take back.');
  const after = BEFORE[state];
  await updateNoteTakenBack(trx, noteId, after);
  await recordEvent(trx, actor, {
    kind: 'note.taken-back',
    subjectId: noteId,
    before: { state },
    after: { state: after, reason },
  });
}

async function lockState(trx: Transaction, noteId: string): Promise<Deidentification & { latestRevision: number }> {
  const note = await findNoteForUpdate(trx, noteId);
  const found = note && (await findDeidentification(trx, noteId));
  if (!note || !found) throw new NotFoundError();
  return { ...found, latestRevision: note.latestRevision };
}

function expectState(state: DeidentificationState, expected: DeidentificationState): void {
  if (state !== expected)
    throw new ConflictError(
      `The note is “${STATE_WORDS[state].text}” by now. Open the page again to see what can be done with it.`,
    );
}
