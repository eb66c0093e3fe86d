import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import type { TestApp } from '../support/test-app.ts';

export const BODY = 'ON: Worker 1 held the door for Member 4.\n\nTN: A small courtesy.';

/** A study with a finished note of BODY and a theme, and its lead and two researchers signed in. */
export async function aStudyWithCoders(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by,
    body: BODY,
    title: 'At the door',
    completed: true,
  });
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId, name: 'Courtesy' });
  return {
    ...cast,
    note,
    theme,
    path: cast.study.path,
    asLead: await BrowserSession.as(t.app, cast.lead),
    asResearcher: await BrowserSession.as(t.app, cast.researcher),
    asColleague: await BrowserSession.as(t.app, cast.colleague),
  };
}

/** The same with the note given to both researchers to code blind. */
export async function aBlindStudy(t: TestApp) {
  const cast = await aStudyWithCoders(t);
  const doubleCoding = await aDoubleCoding(t.owner, cast.study.id, {
    noteId: cast.note.id,
    by: cast.lead.membershipId,
    coders: [cast.researcher.membershipId, cast.colleague.membershipId],
  });
  return { ...cast, doubleCoding, base: `${cast.path}/double-codings/${doubleCoding.id}` };
}

/** Codes [start, end) of the note as the coding page does. */
export function code(
  session: BrowserSession,
  of: { path: string; note: { id: string }; theme: { id: string } },
  start: number,
  end: number,
) {
  const selected = { revision: 1, start, end, themes: [of.theme.id], ids: [newId()] };
  return session.json('post', `${of.path}/notes/${of.note.id}/codings`, selected);
}

export function openCodingsOf(t: TestApp, noteId: string) {
  return t.owner('codings').where({ note_id: noteId }).whereNull('sealed_to').orderBy('start_position').select();
}
