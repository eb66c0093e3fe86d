import { describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aNoteInHand, aSave, eventsOf } from './a-note-in-hand.ts';

const t = useTestApp();

async function completionOf(noteId: string) {
  return t.owner('notes').where({ id: noteId }).first('completed_at', 'completed_by', 'write_up_lag');
}

/** The visit that ended so long ago. */
async function endedAgo(visitId: string, ago: string) {
  await t.owner.raw(
    `update visits set starts_at = now() - ?::interval - interval '1 hour', ends_at = now() - ?::interval where id = ?`,
    [ago, ago, visitId],
  );
}

describe('finishing a note', () => {
  test('POST notes/:note/completion · records who, when and the write-up lag in words · two days after the visit', async () => {
    const { session, path, note, visit, researcher } = await aNoteInHand(t);
    await endedAgo(visit.id, '2 days 4 hours 10 minutes');
    await session.post(`${path}/completion`);
    expect(await completionOf(note.id)).toMatchObject({ completed_by: researcher.membershipId });
    const $ = await session.page(path);
    expect($('.app-facts').text()).toContain('2 days 4 hours after the visit ended');
    expect(await eventsOf(t, note.id)).toEqual(['note.completed']);
  });

  test('POST notes/:note/completion · is recorded once and answered clearly to both · when two people finish at once', async () => {
    const { session, path, note, colleague } = await aNoteInHand(t);
    const other = await BrowserSession.as(t.app, colleague);
    const answers = await Promise.all([session.post(`${path}/completion`), other.post(`${path}/completion`)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const said = [await session.page(path), await other.page(path)].map(($) =>
      $('.app-flash__undo, .app-flash p').text(),
    );
    expect(said.filter((words) => words.startsWith('The note is finished.'))).toHaveLength(1);
    expect(said.filter((words) => words.startsWith('The note was already finished, by '))).toHaveLength(1);
    expect(await eventsOf(t, note.id)).toEqual(['note.completed']);
  });

  test('POST completion/removal · opens the note and keeps the first lag · when it is finished again later', async () => {
    const { session, path, note, visit } = await aNoteInHand(t);
    await endedAgo(visit.id, '3 hours');
    await session.post(`${path}/completion`);
    const { write_up_lag: first } = await completionOf(note.id);
    await session.post(`${path}/completion/removal`);
    expect(await completionOf(note.id)).toMatchObject({ completed_at: null, completed_by: null });
    await endedAgo(visit.id, '30 days');
    await session.post(`${path}/completion`);
    expect((await completionOf(note.id)).write_up_lag).toEqual(first);
  });

  test('POST notes/:note/completion · answers 409 with a sentence · while nothing is saved', async () => {
    const { session, path, note } = await aNoteInHand(t, { body: null });
    const answer = await session.post(`${path}/completion`);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Write and save it, then finish it.');
    expect((await completionOf(note.id)).completed_at).toBeNull();
  });

  test('POST notes/:note/revisions · saves and finishes in one · with the button Save and finish', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.post(`${path}/revisions`, { ...aSave(), finish: 'yes' });
    expect((await completionOf(note.id)).completed_at).not.toBeNull();
    expect(await eventsOf(t, note.id)).toEqual(['note.saved', 'note.completed']);
  });
});
