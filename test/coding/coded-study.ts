import { newId } from '../../server/shared/ids.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

export const BODY =
  'ON: Worker 1 held the door 👋🏽 for Member 4. "After you," she said. They laughed.\n\nTN: Cafe\u0301 as a שלום place? A small courtesy.';

/** A study with a note of BODY, two themes, and the researcher who wrote it signed in. */
export async function aCodedStudy(t: TestApp, given: { body?: string | null } = {}) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const body = given.body === undefined ? BODY : given.body;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body });
  const theme = await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy' });
  const other = await aTheme(t.owner, cast.study.id, { by, name: 'Waiting' });
  const session = await BrowserSession.as(t.app, cast.researcher);
  return { ...cast, note, theme, other, session, path: `${cast.study.path}/notes/${note.id}` };
}

/** What the browser sends when `words` of the body are selected and themes chosen. */
export function selecting(words: string, themes: { id: string }[], body = BODY) {
  const start = codePointLength(body.slice(0, body.indexOf(words)));
  return {
    revision: 1,
    start,
    end: start + codePointLength(words),
    themes: themes.map(({ id }) => id),
    ids: themes.map(() => newId()),
  };
}

export function codingsOf(t: TestApp, noteId: string) {
  return t.owner('codings').where({ note_id: noteId }).orderBy('created_at').select();
}

/** Gives the note a revision 2 as a save would store it, but without what a save does besides. */
export async function saveAnother(
  t: TestApp,
  of: { study: { id: string }; note: { id: string }; researcher: { membershipId: string } },
  body: string,
): Promise<void> {
  await t.owner('note_revisions').insert({
    id: newId(),
    study_id: of.study.id,
    note_id: of.note.id,
    number: 2,
    title: 'Saved again',
    body,
    saved_by: of.researcher.membershipId,
  });
  await t.owner('notes').where({ id: of.note.id }).update({ latest_revision: 2 });
}
