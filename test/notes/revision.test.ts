import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aTheme } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aNoteInHand, aSave, bodiesOf, eventsOf } from './a-note-in-hand.ts';

const t = useTestApp();
const FIRST = 'ON: Worker 1 held the door for Member 4. "After you," she said.';

describe('saving', () => {
  test('POST notes/:note/revisions · appends a revision and ends the draft · over the newest one', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, { title: 'At the cafe', body: 'Kept', base: 1, version: 0 });
    const answer = await session.post(`${path}/revisions`, aSave({ body: 'Kept,\r\nthen saved', version: '1' }));
    expect([answer.status, answer.headers.location]).toEqual([303, path]);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, 'Kept,\nthen saved']);
    expect(await t.owner('notes').where({ id: note.id }).first('latest_revision')).toEqual({ latest_revision: 2 });
    expect(await t.owner('note_drafts').where({ note_id: note.id })).toEqual([]);
    expect(await eventsOf(t, note.id)).toEqual(['draft.begun', 'note.saved']);
  });

  test('POST notes/:note/revisions · saves the first text · of a note just begun', async () => {
    const { session, path, note } = await aNoteInHand(t, { body: null });
    await session.post(`${path}/revisions`, aSave({ base: '0', body: 'First words' }));
    expect(await bodiesOf(t, note.id)).toEqual(['First words']);
  });

  test('POST notes/:note/revisions · appends once · when the same form arrives three times at once', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const save = aSave();
    // The session's token is made by the first page with a form, as it is for everybody who comes from the edit page.
    await session.token();
    const answers = await Promise.all([1, 2, 3].map(() => session.post(`${path}/revisions`, save)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, save.body]);
  });

  test('POST notes/:note/revisions · answers as the first time · when the form comes again after a colleague saved', async () => {
    const { session, path, note, colleague } = await aNoteInHand(t);
    const save = aSave({ body: 'Mine' });
    await session.post(`${path}/revisions`, save);
    await (await BrowserSession.as(t.app, colleague)).post(`${path}/revisions`, aSave({ body: 'Theirs', base: '2' }));
    expect((await session.post(`${path}/revisions`, save)).status).toBe(303);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, 'Mine', 'Theirs']);
  });

  test('POST notes/:note/revisions · appends what was added · when the same id comes again with more words', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const save = aSave({ body: 'One' });
    await session.post(`${path}/revisions`, save);
    const answer = await session.post(`${path}/revisions`, { ...save, body: 'One, two' });
    expect(answer.status).toBe(303);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, 'One', 'One, two']);
  });

  test('POST notes/:note/revisions · appends nothing · when nothing was changed', async () => {
    const { session, path, note } = await aNoteInHand(t);
    expect((await session.post(`${path}/revisions`, aSave({ body: FIRST }))).status).toBe(303);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST]);
    expect((await session.page(path))('.app-flash').text()).toContain('Nothing had changed');
  });

  test('POST notes/:note/revisions · answers 409 with both texts and appends nothing · when a colleague saved in between', async () => {
    const { session, path, note, colleague } = await aNoteInHand(t, { body: 'They sat apart.' });
    const other = await BrowserSession.as(t.app, colleague);
    await other.post(`${path}/revisions`, aSave({ body: 'They sat together.' }));
    const answer = await session.post(`${path}/revisions`, aSave({ body: 'They stood apart.' }));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('They sat together.');
    const page = await session.page(`${path}/edit`);
    expect(page('textarea').text()).toContain('They stood apart.');
    expect(await bodiesOf(t, note.id)).toEqual(['They sat apart.', 'They sat together.']);
    expect(answer.text).toContain('name="base" value="2"');
    expect(answer.text).toContain('name="version" value="1"');
    expect(answer.text).toMatch(/<ins[^>]*>.*only in your text.*<\/ins>/);
    const json = await session.json('post', `${path}/revisions`, aSave({ body: 'Mine again' }));
    expect([json.status, json.body.error]).toEqual([409, expect.stringContaining(colleague.name)]);
  });

  test('POST notes/:note/revisions · saves over theirs · from the page that showed both', async () => {
    const { session, path, note, colleague } = await aNoteInHand(t);
    await (await BrowserSession.as(t.app, colleague)).post(`${path}/revisions`, aSave({ body: 'Theirs' }));
    await session.post(`${path}/revisions`, aSave({ body: 'Mine' }));
    const answer = await session.post(`${path}/revisions`, aSave({ body: 'Both', base: '2', version: '1' }));
    expect(answer.status).toBe(303);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, 'Theirs', 'Both']);
  });

  test('POST notes/:note/revisions · keeps the draft of another tab · that the save did not hold', async () => {
    const { session, path, note } = await aNoteInHand(t);
    await session.json('put', `${path}/draft`, { title: 'At the cafe', body: 'Other tab', base: 1, version: 0 });
    await session.post(`${path}/revisions`, aSave({ body: 'This tab', version: '0' }));
    expect(await t.owner('note_drafts').where({ note_id: note.id }).pluck('body')).toEqual(['Other tab']);
    expect((await session.page(`${path}/edit`))('textarea').text()).toContain('Other tab');
  });

  test('POST notes/:note/revisions · answers 404 and changes nothing · with the id of a revision of another note', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const other = await aNoteInHand(t);
    const answer = await session.post(`${path}/revisions`, aSave({ id: other.note.revisionId }));
    expect(answer.status).toBe(404);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST]);
  });

  test('POST notes/:note/revisions · carries codings to the new text · in the same transaction', async () => {
    const { session, path, note, study, researcher } = await aNoteInHand(t);
    const by = researcher.membershipId;
    const theme = await aTheme(t.owner, study.id, { by });
    const coding = await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 12 });
    await session.post(`${path}/revisions`, aSave({ body: `ON: Rain.\n${FIRST}` }));
    const row = await t.owner('codings').where({ id: coding.id }).first();
    expect([row.quote, row.start_position, row.needs_review_at]).toEqual(['Worker 1', 14, null]);
  });
});

describe('bad input', () => {
  test('POST notes/:note/revisions · answers 422 and keeps what was typed · without a title, or without a text', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const untitled = await session.post(`${path}/revisions`, aSave({ title: '  ', body: 'Typed with care' }));
    expect(untitled.status).toBe(422);
    expect(untitled.text).toContain('Typed with care');
    expect(untitled.text).toContain('href="#title"');
    const empty = await session.post(`${path}/revisions`, aSave({ title: 'Only a title', body: ' \n ' }));
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('value="Only a title"');
    expect(empty.text).toContain('href="#body"');
    expect(await bodiesOf(t, note.id)).toEqual([FIRST]);
  });

  test('POST notes/:note/revisions · keeps emoji, accents, other scripts and blank lines as typed · but for CRLF', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const body = '\n\n  👩🏽‍🔬 cafe\u0301 caf\u00e9\r\n\tשלום, مرحبا\rend \u{1F469}\u200d\u{1F52C}\n';
    await session.post(`${path}/revisions`, aSave({ body }));
    expect((await bodiesOf(t, note.id))[1]).toBe(body.replaceAll(/\r\n?/g, '\n'));
    const shown = (await session.get(`${path}/edit`)).text;
    expect(shown).toContain(`>\n\n\n  👩🏽‍🔬 cafe\u0301`);
  });

  test('POST notes/:note/revisions · refuses in words and keeps the rest · a NUL', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const answer = await session.post(`${path}/revisions`, aSave({ body: 'Before\u0000after' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Character 7 is an invisible NUL');
    expect(answer.text).toContain('Before');
    expect(await bodiesOf(t, note.id)).toHaveLength(1);
  });

  test('POST notes/:note/revisions · answers 422 with a sentence · for half of a surrogate pair sent as JSON', async () => {
    const { session, path } = await aNoteInHand(t);
    const answer = await session.json('post', `${path}/revisions`, aSave({ body: 'x\udc00' }));
    expect([answer.status, answer.body.error]).toEqual([422, expect.stringContaining('Character 2')]);
  });

  test('a note of 2 MB · is saved, read, changed and compared · as any other', async () => {
    const { session, path, note } = await aNoteInHand(t);
    const paragraph = `ON: ${'Sie saßen am Fenster und redeten über früher. '.repeat(40)}\n`;
    const body = paragraph.repeat(Math.ceil((2 * 1024 * 1024) / Buffer.byteLength(paragraph)));
    expect((await session.post(`${path}/revisions`, aSave({ body }))).status).toBe(303);
    expect((await session.get(path)).status).toBe(200);
    expect((await session.get(`${path}/edit`)).status).toBe(200);
    const changed = body.replaceAll('Fenster', 'Ofen');
    expect((await session.json('post', `${path}/revisions`, aSave({ body: changed, base: '2' }))).status).toBe(200);
    const compared = await session.get(`${path}/comparison?from=2&to=3`);
    expect(compared.status).toBe(200);
    expect(await bodiesOf(t, note.id)).toEqual([FIRST, body, changed]);
  });
});

describe('history', () => {
  async function aNoteWithThree() {
    const cast = await aNoteInHand(t, { body: 'One two three' });
    await cast.session.post(`${cast.path}/revisions`, aSave({ body: 'One 2 three' }));
    await cast.session.post(`${cast.path}/revisions`, aSave({ body: 'Another <b>text</b>', base: '2' }));
    return cast;
  }

  test('GET notes/:note/revisions · lists every revision with who saved it, newest first · of three', async () => {
    const { session, path, researcher } = await aNoteWithThree();
    const $ = await session.page(`${path}/revisions`);
    const headings = $('.app-note-list h2')
      .toArray()
      .map((heading) => $(heading).text().trim());
    expect(headings).toEqual(['Revision 3 Newest', 'Revision 2', 'Revision 1']);
    expect($('.app-note-list').text()).toContain(researcher.name);
    expect($(`a[href="${path}/comparison?from=2&to=3"]`).length).toBe(1);
  });

  test('GET notes/:note/revisions/:number · shows the words of that time · after later ones', async () => {
    const { session, path } = await aNoteWithThree();
    expect((await session.page(`${path}/revisions/1`))('article').text()).toContain('One two three');
    for (const number of ['0', '4', '-1', '1.5', 'x', '99999999999999999999'])
      expect([number, (await session.get(`${path}/revisions/${number}`)).status]).toEqual([number, 404]);
  });

  test('GET notes/:note/comparison · marks what was removed and added, in words too · between two revisions', async () => {
    const { session, path } = await aNoteWithThree();
    const $ = await session.page(`${path}/comparison?from=1&to=2`);
    const text = $('.app-comparison__text--changed');
    expect(text.find('del').text()).toBe('[removed: two]');
    expect(text.find('ins').text()).toBe('[added: 2]');
    const other = await session.page(`${path}/comparison?from=1&to=3`);
    expect(other('.app-comparison').text()).toContain('<b>text</b>');
    for (const query of ['', '?from=1', '?from=1&to=9', '?from=a&to=b', '?from=0&to=1', '?from=1&to=99999999999'])
      expect([query, (await session.get(`${path}/comparison${query}`)).status]).toEqual([query, 404]);
  });

  test('GET notes/:note/comparison · shows lines as they were typed · without the indentation of the page around them', async () => {
    const { session, path } = await aNoteInHand(t, { body: 'One\nTwo\n  Three\nFour' });
    await session.post(`${path}/revisions`, aSave({ body: 'One\nTwo\n  Three\nFive' }));
    const $ = await session.page(`${path}/comparison?from=1&to=2`);
    expect($('.app-comparison__text').first().text()).toBe('One\nTwo\n  Three');
  });

  test('POST revisions/:number/restoration · appends the old text as a new revision once · when sent twice', async () => {
    const { session, path, note } = await aNoteWithThree();
    const id = newId();
    for (let times = 0; times < 2; times += 1)
      expect((await session.post(`${path}/revisions/1/restoration`, { id, base: '3' })).status).toBe(303);
    const rows = await t.owner('note_revisions').where({ note_id: note.id }).orderBy('number');
    expect(rows.map(({ body, restored_from }) => [body, restored_from])).toEqual([
      ['One two three', null],
      ['One 2 three', null],
      ['Another <b>text</b>', null],
      ['One two three', 1],
    ]);
  });

  test('POST revisions/:number/restoration · answers 409 and appends nothing · when somebody saved since', async () => {
    const { session, path, note } = await aNoteWithThree();
    const answer = await session.post(`${path}/revisions/1/restoration`, { id: newId(), base: '2' });
    expect(answer.status).toBe(409);
    expect(await bodiesOf(t, note.id)).toHaveLength(3);
  });
});
