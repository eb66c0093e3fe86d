import type { TestApp } from '../support/test-app.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';

/** A study with a note of one revision, and its researcher signed in. */
export async function aNoteInHand(t: TestApp, given: { body?: string | null; title?: string } = {}) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'At the cafe', ...given });
  const session = await BrowserSession.as(t.app, cast.researcher);
  return { ...cast, note, session, path: `${cast.study.path}/notes/${note.id}` };
}

/** The fields of the edit page's form, as it sends them over revision `base`. */
export function aSave(given: Partial<{ id: string; title: string; body: string; base: string; version: string }> = {}) {
  return { id: newId(), title: 'At the cafe', body: 'ON: They talked.', base: '1', version: '0', ...given };
}

/** The texts of a note's revisions in order. */
export async function bodiesOf(t: TestApp, noteId: string): Promise<string[]> {
  return t.owner('note_revisions').where({ note_id: noteId }).orderBy('number').pluck('body');
}

/** The kinds of event about a row, oldest first. */
export async function eventsOf(t: TestApp, subjectId: string): Promise<string[]> {
  return t.owner('events').where({ subject_id: subjectId }).orderBy('at').pluck('kind');
}
