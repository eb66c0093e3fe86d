import { describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aNoteInHand, aSave, bodiesOf, eventsOf } from './a-note-in-hand.ts';

const t = useTestApp();

const typed = (body: string, version = 0, base = 1) => ({ title: 'At the cafe', body, base, version });

async function draftsOf(noteId: string) {
  return t
    .owner('note_drafts')
    .where({ note_id: noteId })
    .select('membership_id', 'body', 'version', 'base_revision', 'discarded_at');
}

describe('keeping a draft', () => {
  test('PUT notes/:note/draft · keeps one draft for the member and counts its versions · as typing goes on', async () => {
    const { session, path, note, researcher } = await aNoteInHand(t);
    const first = await session.json('put', `${path}/draft`, typed('They'));
    expect([first.status, first.body.version]).toEqual([200, 1]);
    expect(new Date(first.body.savedAt).getTime()).not.toBeNaN();
    expect(first.body.time).toMatch(/^\d\d:\d\d$/);
    const second = await session.json('put', `${path}/draft`, typed('They talked\r\nfor long', 1));
    expect(second.body.version).toBe(2);
    expect(await draftsOf(note.id)).toMatchObject([
      { membership_id: researcher.membershipId, body: 'They talked\nfor long', version: 2, base_revision: 1 },
    ]);
    expect(await bodiesOf(t, note.id)).toHaveLength(1);
    expect(await eventsOf(t, note.id)).toEqual(['draft.begun']);
  });

  test('GET notes/:note/edit · shows the draft to its writer and the saved text to a colleague · before it is saved', async () => {
    const { session, path, colleague } = await aNoteInHand(t, { body: 'The saved text' });
    await session.json('put', `${path}/draft`, typed('My words'));
    const mine = await session.page(`${path}/edit`);
    expect(mine('textarea').text()).toContain('My words');
    expect(mine('input[name=version]').last().attr('value')).toBe('1');
    const theirs = await (await BrowserSession.as(t.app, colleague)).page(`${path}/edit`);
    expect(theirs('textarea').text()).toContain('The saved text');
    expect((await session.page(path))('main').text()).toContain('You have words in this note that are not saved yet');
  });

  test('PUT notes/:note/draft · answers 409 with the other text and changes nothing · when another tab wrote since', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('From the first tab'));
    const answer = await session.json('put', `${path}/draft`, typed('From the second tab'));
    expect(answer.status).toBe(409);
    expect(answer.body.draft).toMatchObject({ body: 'From the first tab', version: 1, base: 1 });
    expect(answer.body.latest).toMatchObject({ number: 1 });
    expect(await draftsOf(note.id)).toMatchObject([{ body: 'From the first tab', version: 1 }]);
  });

  test('PUT notes/:note/draft · answers 409 and changes nothing · over a version that is no longer the newest', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('One'));
    await session.json('put', `${path}/draft`, typed('One two', 1));
    const answer = await session.json('put', `${path}/draft`, typed('One, otherwise', 1));
    expect([answer.status, answer.body.draft.body]).toEqual([409, 'One two']);
    expect(await draftsOf(note.id)).toMatchObject([{ body: 'One two', version: 2 }]);
  });

  test('PUT notes/:note/draft · answers 409 with the saved text · when the draft was saved in another tab', async () => {
    const { session, path } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('One'));
    await session.post(`${path}/revisions`, aSave({ body: 'One, saved', version: '1' }));
    const answer = await session.json('put', `${path}/draft`, typed('One, and more', 1));
    expect([answer.status, answer.body.draft, answer.body.latest.body]).toEqual([409, null, 'One, saved']);
  });

  test('PUT notes/:note/draft · answers as the first time · when the same words come again after a lost answer', async () => {
    const { session, path } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('Once'));
    const again = await session.json('put', `${path}/draft`, typed('Once'));
    expect([again.status, again.body.version]).toEqual([200, 1]);
  });

  test('PUT notes/:note/draft · keeps the words and tells of the newer revision · when a colleague saved meanwhile', async () => {
    const { session, path, colleague } = await aNoteInHand(t);
    const other = await BrowserSession.as(t.app, colleague);
    await other.post(`${path}/revisions`, aSave({ body: 'Theirs' }));
    const answer = await session.json('put', `${path}/draft`, typed('Mine'));
    expect(answer.body).toMatchObject({ version: 1, latest: 2, latestBy: colleague.name });
    expect((await session.page(`${path}/edit`))('main').text()).toContain('saved revision 2 after you began');
  });

  test.each([
    ['a NUL', 'one\u0000two', 'NUL'],
    ['half of an emoji', 'one \ud83d two', 'broken symbol'],
    ['more than five million characters', 'x'.repeat(5_000_001), '5,000,000'],
  ])('PUT notes/:note/draft · answers 422 with a sentence · for %s', async (_what, body, words) => {
    const { session, path, note } = await aNoteInHand(t);
    const answer = await session.json('put', `${path}/draft`, typed(body));
    expect(answer.status).toBe(422);
    expect(answer.body.error).toContain(words);
    expect(await draftsOf(note.id)).toEqual([]);
  });

  test('PUT notes/:note/draft · answers 413 with a sentence · for more than a page can send', async () => {
    const { session, path } = await aNoteInHand(t);
    const answer = await session.json('put', `${path}/draft`, typed('x'.repeat(25 * 1024 * 1024)));
    expect(answer.status).toBe(413);
    expect(answer.body.error).toContain('Shorten it');
  });

  test('PUT notes/:note/draft · is refused without a word of it kept · for a stranger and with a wrong token', async () => {
    const { path, note, session } = await aNoteInHand(t);
    const stranger = new BrowserSession(t.app);
    const refused = await stranger.agent.put(`${path}/draft`).set('Accept', 'application/json').send(typed('x'));
    expect([401, 403]).toContain(refused.status);
    const forged = await session.agent
      .put(`${path}/draft`)
      .set('Accept', 'application/json')
      .set('x-csrf-token', 'forged')
      .send(typed('x'));
    expect(forged.status).toBe(403);
    expect(await draftsOf(note.id)).toEqual([]);
  });

  test('GET notes/:note/edit as JSON · gives a token that works, and 401 · signed in, and not', async () => {
    const { path, session, researcher } = await aNoteInHand(t);
    const state = await session.agent.get(`${path}/edit`).set('Accept', 'application/json');
    expect(state.body).toMatchObject({ member: researcher.membershipId, draft: null, latest: { number: 1 } });
    const put = await session.agent
      .put(`${path}/draft`)
      .set('Accept', 'application/json')
      .set('x-csrf-token', state.body.csrfToken)
      .send(typed('With the fresh token'));
    expect(put.status).toBe(200);
    const stranger = new BrowserSession(t.app);
    const answer = await stranger.agent.get(`${path}/edit`).set('Accept', 'application/json');
    expect([answer.status, typeof answer.body.error]).toEqual([401, 'string']);
  });
});

describe('throwing a draft away', () => {
  test('POST draft/removal and draft/restoration · hide the words and bring them back · with an undo button', async () => {
    const { session, path, note } = await aNoteInHand(t, { body: 'The saved text' });
    await session.json('put', `${path}/draft`, typed('My words'));
    await session.post(`${path}/draft/removal`, { version: '1' });
    expect((await session.page(`${path}/edit`))('textarea').text()).toContain('The saved text');
    await session.post(`${path}/draft/restoration`);
    expect((await session.page(`${path}/edit`))('textarea').text()).toContain('My words');
    expect(await eventsOf(t, note.id)).toEqual(['draft.begun', 'draft.discarded', 'draft.restored']);
  });

  test('POST draft/removal · answers 409 and keeps the words · when more was typed since the page was opened', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('One'));
    await session.json('put', `${path}/draft`, typed('One two', 1));
    expect((await session.post(`${path}/draft/removal`, { version: '1' })).status).toBe(409);
    expect(await draftsOf(note.id)).toMatchObject([{ body: 'One two', discarded_at: null }]);
  });

  test('PUT notes/:note/draft · begins again · after a draft was thrown away', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, typed('Old'));
    await session.post(`${path}/draft/removal`, { version: '1' });
    const answer = await session.json('put', `${path}/draft`, typed('New'));
    expect(answer.status).toBe(200);
    expect(await draftsOf(note.id)).toMatchObject([{ body: 'New', discarded_at: null }]);
  });
});
