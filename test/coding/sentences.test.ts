import { describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, BODY, codingsOf, saveAnother, selecting } from './coded-study.ts';

const t = useTestApp();

// BODY's sentences: 1 Worker 1 held … 2 "After you," she said. 3 They laughed. 4 Café … place? 5 A small courtesy.
const fields = (sentences: string[], themes: { id: string }[]) => ({
  revision: '1',
  sentences,
  themes: themes.map(({ id }) => id),
  ids: [newId(), newId()],
});

describe('coding by sentences, without JavaScript', () => {
  test('GET coding?by=sentences · has a box for each sentence and theme, and says what a sentence carries', async () => {
    const { session, path, theme, researcher } = await aCodedStudy(t);
    await session.json('post', `${path}/codings`, selecting('laughed', [theme]));
    const $ = await session.page(`${path}/coding?by=sentences`);
    expect($('input[name="sentences"]').length).toBe(5);
    expect($('label[for="sentence-3"]').text()).toContain('They laughed. Coded: Courtesy');
    expect($('input[name="themes"]').length).toBe(2);
    expect($('input[name="ids"]').length).toBe(2);
    expect(
      $('form [name]')
        .toArray()
        .map((field) => $(field).attr('name')),
    ).not.toContain(researcher.membershipId);
  });

  test('POST codings · codes from the first to the last sentence, over paragraphs, with each theme · and undoes one', async () => {
    const { session, path, note, theme, other, study } = await aCodedStudy(t);
    const two = await session.post(`${path}/codings`, fields(['4', '3'], [theme, other]));
    expect(two.headers.location).toBe(`${path}/coding?by=sentences&from=1`);
    const rows = await codingsOf(t, note.id);
    expect(rows.map(({ quote }) => quote)).toEqual(Array(2).fill('They laughed.\n\nTN: Cafe\u0301 as a שלום place?'));
    const one = fields(['5'], [theme]);
    await session.post(`${path}/codings`, one);
    const $ = await session.page(`${path}/coding?by=sentences`);
    expect($('.app-flash form').attr('action')).toBe(`${study.path}/codings/${one.ids[0]}/removal`);
  });

  test('the Undo after coding with two themes · removes both, and stays on the page of sentences', async () => {
    const { session, path, note, theme, other } = await aCodedStudy(t);
    await session.post(`${path}/codings`, fields(['3'], [theme, other]));
    const $ = await session.page(`${path}/coding?by=sentences`);
    const form = $('.app-flash form');
    const also = form.find('[name=also]').attr('value')!;
    const undone = await session.post(form.attr('action')!, { also, from: '1' });
    expect(undone.headers.location).toBe(`${path}/coding?by=sentences&from=1`);
    const rows = await codingsOf(t, note.id);
    expect(rows.map(({ removed_at }) => removed_at !== null)).toEqual([true, true]);
  });

  test('POST codings · codes once · when the form is sent twice', async () => {
    const { session, path, note, theme, other } = await aCodedStudy(t);
    const form = fields(['1'], [theme, other]);
    await session.post(`${path}/codings`, form);
    expect((await session.post(`${path}/codings`, form)).status).toBe(303);
    expect(await codingsOf(t, note.id)).toHaveLength(2);
  });

  test.each([
    ['no sentence is ticked', [] as string[], true, '#sentences', 'Tick the sentences'],
    ['there is a gap', ['1', '3'], true, '#sentences', 'there is a gap before “They laughed.”'],
    ['the note has no such sentence', ['5', '6'], true, '#sentences', 'does not have all of these'],
    ['a sentence is no number', ['<script>'], true, '#sentences', 'Tick sentences of the note'],
    ['no theme is chosen', ['2'], false, '#themes', 'Choose at least one theme'],
  ])('POST codings · answers 422 and keeps what was ticked · when %s', async (_, sentences, hasTheme, href, words) => {
    const { session, path, note, theme } = await aCodedStudy(t);
    const answer = await session.post(`${path}/codings`, fields(sentences, hasTheme ? [theme] : []));
    expect(answer.status).toBe(422);
    const $ = load(answer.text);
    expect($(`.govuk-error-summary a[href="${href}"]`).text()).toContain(words);
    expect($(href).is('input')).toBe(true);
    expect(
      $('input[name="sentences"]:checked')
        .toArray()
        .map((box) => $(box).attr('value')),
    ).toEqual(sentences.filter((number) => Number(number) <= 5));
    expect($(`input[name="themes"][value="${theme.id}"]`).is('[checked]')).toBe(hasTheme);
    expect(answer.text).not.toContain('<script>"');
    expect(await codingsOf(t, note.id)).toEqual([]);
  });

  test('POST codings · answers 409 with the new text and the same sentences ticked in it · when the note was saved meanwhile', async () => {
    const made = await aCodedStudy(t);
    await saveAnother(t, made, `ON: A new first sentence.\n${BODY}`);
    const answer = await made.session.post(`${made.path}/codings`, fields(['2', '3'], [made.theme]));
    expect(answer.status).toBe(409);
    const $ = load(answer.text);
    expect($('.govuk-error-summary').text()).toContain('The note was changed after you opened it');
    expect($('input[name="revision"]').attr('value')).toBe('2');
    expect(
      $('input[name="sentences"]:checked')
        .toArray()
        .map((box) => $(box).attr('value')),
    ).toEqual(['3', '4']);
    expect($(`input[name="themes"][value="${made.theme.id}"]`).is('[checked]')).toBe(true);
    expect(await codingsOf(t, made.note.id)).toEqual([]);
  });

  test('GET coding?by=sentences · shows a long note page by page', async () => {
    const body = Array.from({ length: 130 }, (_, index) => `Paragraph number ${index + 1}.`).join('\n');
    const { session, path, note, theme } = await aCodedStudy(t, { body });
    const $ = await session.page(`${path}/coding?by=sentences&from=61`);
    expect($('input[name="sentences"]').first().attr('value')).toBe('61');
    expect($('input[name="sentences"]').length).toBe(60);
    expect($('a[rel="prev"]').attr('href')).toContain('from=1');
    expect($('a[rel="next"]').attr('href')).toContain('from=121');
    const answer = await session.post(`${path}/codings`, { ...fields(['70'], [theme]), from: '61' });
    expect(answer.headers.location).toBe(`${path}/coding?by=sentences&from=61`);
    expect((await codingsOf(t, note.id))[0].quote).toBe('Paragraph number 70.');
    for (const from of ['0', '-5', 'x', '1e99', '999999'])
      expect((await session.get(`${path}/coding?by=sentences&from=${from}`)).status).toBe(200);
  });
});

describe('what the page shows', () => {
  test('GET coding · shows what carries what, to everybody on the team', async () => {
    const { session, path, theme, other, lead } = await aCodedStudy(t);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    await session.json('post', `${path}/codings`, selecting('the door 👋🏽 for', [other]));
    const $ = await (await BrowserSession.as(t.app, lead)).page(`${path}/coding`);
    expect($('#p1 [data-text]').text()).toBe(BODY.split('\n')[0]);
    expect($(`#p1 mark.theme-${theme.id}`).text()).toBe('held the door');
    expect($(`#p1 mark.theme-${other.id}`).text()).toBe('the door 👋🏽 for');
    expect($(`mark mark`).text()).toBe('the door');
    expect(
      $('#p1 .app-stripe')
        .toArray()
        .map((stripe) => $(stripe).text()),
    ).toEqual([expect.stringContaining('Courtesy'), expect.stringContaining('Waiting')]);
    expect($('#coding-list > li').length).toBe(2);
    expect($('[data-codings-count]').text()).toBe('2');
  });

  test('GET coding · shows HTML as text everywhere · in note, theme and title', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>';
    const { session, path, note, theme } = await aCodedStudy(t, { body: `ON: ${evil} She said so.` });
    await t.owner('themes').where({ id: theme.id }).update({ name: evil, definition: evil });
    await t.owner('note_revisions').where({ note_id: note.id }).update({ title: evil });
    const answer = await session.json('post', `${path}/codings`, selecting(evil, [theme], `ON: ${evil} She said so.`));
    const [page, sentences] = [await session.get(`${path}/coding`), await session.get(`${path}/coding?by=sentences`)];
    for (const html of [page.text, sentences.text, answer.body.codings[0].html, answer.body.paragraphs[0].html]) {
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(html).not.toContain('<script>alert');
      expect(html).not.toContain('<img');
    }
  });

  test('GET coding · says what to do · for a note without text and for a study without themes', async () => {
    const empty = await aCodedStudy(t, { body: null });
    for (const query of ['', '?by=sentences']) {
      const page = await empty.session.get(`${empty.path}/coding${query}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain('nothing to code');
    }
    const bare = await aCodedStudy(t);
    await t.owner('themes').where({ study_id: bare.study.id }).update({ removed_at: new Date() });
    for (const [query, words] of [
      ['', 'that makes the first theme'],
      ['?by=sentences', 'Make the first theme'],
    ])
      expect((await bare.session.get(`${bare.path}/coding${query}`)).text).toContain(words);
  });

  test('GET coding · still shows codings of a theme that was removed, and says so', async () => {
    const { session, path, theme } = await aCodedStudy(t);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    await t.owner('themes').where({ id: theme.id }).update({ removed_at: new Date() });
    const $ = await session.page(`${path}/coding`);
    expect($('#coding-list').text()).toContain('Removed from the codebook');
    expect($('#picker-list').text()).not.toContain('Courtesy');
  });
});
