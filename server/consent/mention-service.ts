import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, lookThroughSeals, type Transaction } from '../database/connection.ts';
import { findKnownPeople } from '../identities/known-people-service.ts';
import type { KnownPerson } from '../identities/known-names.ts';
import type { AfterRevision } from '../notes/after-revision.ts';
import { findParticipant } from '../agencies/participants/participant-queries.ts';
import { NotFoundError } from '../shared/errors.ts';
import {
  findAgencyOfNote,
  findParagraph,
  listNotesToSearch,
  listSearchedParagraphs,
  replaceNameMentions,
  updateHandMark,
} from './mention-queries.ts';
import { nameMentions } from './name-mentions.ts';

// Notes looked through at a time when a name changes.
const NOTES = 200;

/** Finds whom the new revision names, so that what is withheld of it is known before anybody can code it. */
export const keepNameMentions: AfterRevision = async (trx, actor, { noteId }) => {
  const people = await findKnownPeople(trx, actor);
  const place = await findAgencyOfNote(trx, noteId);
  if (place) await findNamesIn(trx, actor, { id: noteId, ...place }, people);
};

/** When somebody's real name was entered, changed or removed: looks for it in all notes of the study. */
export async function findNamesAnew(trx: Transaction, actor: Actor, participantId: string): Promise<void> {
  await lookThroughSeals(trx);
  const people = await findKnownPeople(trx, actor, [participantId]);
  let after: string | null = null;
  for (;;) {
    // Each batch is let go of before the next: a study may have thousands of notes.
    const notes: { id: string; agencyId: string }[] = await listNotesToSearch(trx, after, NOTES);
    for (const note of notes) await findNamesIn(trx, actor, note, people, participantId);
    after = notes.at(-1)?.id ?? null;
    if (notes.length < NOTES) return;
  }
}

async function findNamesIn(
  trx: Transaction,
  actor: Actor,
  note: { id: string; agencyId: string },
  people: KnownPerson[],
  participantId?: string,
): Promise<void> {
  const paragraphs = people.length === 0 ? [] : await listSearchedParagraphs(trx, note.id);
  const found = nameMentions(paragraphs, people, note.agencyId);
  await replaceNameMentions(trx, { noteId: note.id, studyId: actor.studyId, participantId }, found);
}

/** Says by hand whom a paragraph is about, or is not about; null takes back what was said. */
export function markParagraph(
  db: Db,
  actor: Actor,
  noteId: string,
  mark: { paragraph: number; start: number; participantId: string; about: boolean | null },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const paragraph = await findParagraph(trx, noteId, mark.paragraph);
    // The text was saved anew meanwhile: what was marked stands elsewhere now.
    if (!paragraph || paragraph.start !== mark.start) throw new NotFoundError();
    if (!(await findParticipant(trx, mark.participantId))) throw new NotFoundError();
    const { participantId, about, start } = mark;
    await updateHandMark(trx, { noteId, studyId: actor.studyId, participantId, about, start, by: actor.membershipId });
    await recordEvent(trx, actor, {
      kind: 'note.paragraph-marked',
      subjectId: noteId,
      after: { paragraph: mark.paragraph, participantId, about },
    });
  });
}
