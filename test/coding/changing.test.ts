import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, BODY, codingsOf, selecting } from './coded-study.ts';

const t = useTestApp();

async function aMadeCoding(words = 'held the door') {
  const made = await aCodedStudy(t);
  const body = selecting(words, [made.theme]);
  await made.session.json('post', `${made.path}/codings`, body);
  const { start, end } = body;
  return { ...made, id: body.ids[0]!, seen: { start, end }, codingPath: `${made.study.path}/codings/${body.ids[0]}` };
}
const at = (words: string, body = BODY) => {
  const { start, end } = selecting(words, [], body);
  return { start, end };
};
const kinds = async (studyId: string) =>
  (await t.owner('events').where({ study_id: studyId }).whereLike('kind', 'coding.%').orderBy('id')).map(
    ({ kind }) => kind,
  );

describe('another theme', () => {
  test('POST codings/:coding/theme · keeps coder, words and time, and says what to repaint; twice is once', async () => {
    const { session, codingPath, theme, other, note, study } = await aMadeCoding();
    const [before] = await codingsOf(t, note.id);
    const change = { theme: other.id, expected: theme.id };
    const answer = await session.json('post', `${codingPath}/theme`, change);
    expect(answer.status).toBe(200);
    expect(answer.body.codings).toMatchObject([{ name: 'Waiting', start: before.start_position }]);
    expect(answer.body.paragraphs.map(({ number }: { number: number }) => number)).toEqual([1]);
    expect((await session.json('post', `${codingPath}/theme`, change)).status).toBe(200);
    expect(await codingsOf(t, note.id)).toEqual([{ ...before, theme_id: other.id, version: 2 }]);
    expect(await kinds(study.id)).toEqual(['coding.made', 'coding.rethemed']);
  });

  test('POST codings/:coding/theme · answers 409 and changes nothing · when it has another theme by now, or the words carry it', async () => {
    const { session, codingPath, theme, other, note, study, path } = await aMadeCoding();
    const third = await aTheme(t.owner, study.id, { by: (await codingsOf(t, note.id))[0].coder_id });
    const stale = await session.json('post', `${codingPath}/theme`, { theme: third.id, expected: other.id });
    expect(stale.status).toBe(409);
    expect(stale.body.error).toContain('changed this coding since you saw it');
    await session.json('post', `${path}/codings`, selecting('held the door', [other]));
    const alike = await session.json('post', `${codingPath}/theme`, { theme: other.id, expected: theme.id });
    expect(alike.status).toBe(409);
    expect(alike.body.error).toContain('carry this theme by the same coder already');
    expect(new Set((await codingsOf(t, note.id)).map(({ theme_id }) => theme_id))).toEqual(
      new Set([theme.id, other.id]),
    );
  });

  test('POST codings/:coding/theme · is refused in words · for a removed theme, a removed coding and somebody else’s', async () => {
    const { session, codingPath, theme, other, colleague, study } = await aMadeCoding();
    const change = { theme: other.id, expected: theme.id };
    const second = await BrowserSession.as(t.app, colleague);
    expect((await second.json('post', `${codingPath}/theme`, change)).status).toBe(403);
    const gone = await aTheme(t.owner, study.id, { by: colleague.membershipId, removed: true });
    const refused = await session.json('post', `${codingPath}/theme`, { ...change, theme: gone.id });
    expect(refused.status).toBe(422);
    expect(refused.body.error).toContain('removed from the codebook');
    expect((await session.json('post', `${codingPath}/theme`, { ...change, theme: newId() })).status).toBe(422);
    await session.post(`${codingPath}/removal`);
    const removed = await session.json('post', `${codingPath}/theme`, change);
    expect([removed.status, removed.body.error]).toEqual([409, expect.stringContaining('has been removed')]);
  });
});

describe('another passage', () => {
  test('POST codings/:coding/passage · stretches over paragraphs with its quote, surroundings and label; twice is once', async () => {
    const { session, codingPath, seen, note, study } = await aMadeCoding('They laughed.');
    const to = { start: seen.start, end: at('Cafe\u0301').end };
    const change = { revision: 1, ...to, expected: seen };
    const answer = await session.json('post', `${codingPath}/passage`, change);
    expect(answer.status).toBe(200);
    expect(answer.body.paragraphs.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
    expect((await session.json('post', `${codingPath}/passage`, change)).status).toBe(200);
    const [row] = await codingsOf(t, note.id);
    expect(row).toMatchObject({
      quote: 'They laughed.\n\nTN: Cafe\u0301',
      start_position: to.start,
      end_position: to.end,
      context_after: ' as a שלום place? A small courtesy.',
      paragraph_label: 'ON',
      version: 2,
    });
    expect(await kinds(study.id)).toEqual(['coding.made', 'coding.placed']);
  });

  test('POST codings/:coding/passage · is refused and changes nothing · outside the text, reversed, stale, or unseen', async () => {
    const { session, codingPath, seen, note } = await aMadeCoding();
    const before = await codingsOf(t, note.id);
    const send = (change: object) =>
      session.json('post', `${codingPath}/passage`, { revision: 1, ...seen, expected: seen, ...change });
    expect((await send({ end: 100_000 })).status).toBe(422);
    expect((await send({ start: seen.end, end: seen.start })).status).toBe(422);
    expect((await send({ start: 1.5 })).status).toBe(422);
    expect((await send({ start: 'ten' })).status).toBe(422);
    const unseen = await send({ start: seen.start - 2, expected: { start: 0, end: 3 } });
    expect([unseen.status, unseen.body.error]).toEqual([409, expect.stringContaining('since you saw it')]);
    const stale = await send({ revision: 2, end: seen.end + 2 });
    expect([stale.status, stale.body.error]).toEqual([409, expect.stringContaining('changed after you opened it')]);
    expect(await codingsOf(t, note.id)).toEqual(before);
  });
});

describe('what needs review', () => {
  async function aLostCoding() {
    const made = await aMadeCoding('A small courtesy');
    const body = BODY.replace('A small courtesy', 'A small kindness');
    await made.session.post(`${made.path}/revisions`, { id: newId(), title: 'Again', body, base: '1' });
    return { ...made, body };
  }

  test('GET coding · suggests what stands there now, and accepting it puts the coding there', async () => {
    const { session, path, note, body, study } = await aLostCoding();
    const $ = await session.page(`${path}/coding`);
    expect($('.app-review del').text()).toBe('A small courtesy');
    expect($('.app-review ins').text()).toBe('A small kindness');
    const form = $('.app-review form[data-accept]');
    const fields = Object.fromEntries(
      ['revision', 'start', 'end'].map((name) => [name, form.find(`[name=${name}]`).attr('value')!]),
    );
    expect((await session.post(form.attr('action')!, fields)).status).toBe(303);
    const [row] = await codingsOf(t, note.id);
    expect(row).toMatchObject({
      quote: 'A small kindness',
      needs_review_at: null,
      start_position: at('A small kindness', body).start,
    });
    const after = await session.page(`${path}/coding`);
    expect(after('.app-review').length).toBe(0);
    expect(after('mark').text()).toBe('A small kindness');
    expect((await kinds(study.id)).at(-1)).toBe('coding.placed');
  });

  test('POST codings/:coding/review · undoes that: it waits again with its old words; twice is once', async () => {
    const { session, path, note, id, body, seen, study } = await aLostCoding();
    const [lost] = await codingsOf(t, note.id);
    const to = at('A small kindness', body);
    const place = { revision: 2, ...to };
    expect((await session.json('post', `${study.path}/codings/${id}/passage`, place)).status).toBe(200);
    const back = { revision: 1, ...seen, expected: to };
    const review = `${study.path}/codings/${id}/review`;
    const moved = await session.json('post', review, { ...back, expected: { start: 0, end: 2 } });
    expect([moved.status, moved.body.error]).toEqual([409, expect.stringContaining('since you saw it')]);
    const newest = await session.json('post', review, { ...back, revision: 2 });
    expect(newest.status).toBe(409);
    for (let time = 0; time < 2; time += 1) expect((await session.json('post', review, back)).status).toBe(200);
    const [row] = await codingsOf(t, note.id);
    expect(row).toMatchObject({
      quote: 'A small courtesy',
      revision_id: note.revisionId,
      start_position: seen.start,
      paragraph_label: lost.paragraph_label,
      context_before: lost.context_before,
      version: 3,
    });
    expect(row.needs_review_at).not.toBeNull();
    expect((await kinds(study.id)).slice(-2)).toEqual(['coding.placed', 'coding.returned']);
    const $ = await session.page(`${path}/coding`);
    expect($('.app-review del').text()).toBe('A small courtesy');
  });

  test('POST codings/:coding/review · is refused · to a colleague, and for a place outside the old text', async () => {
    const { session, study, id, colleague, body, seen } = await aLostCoding();
    const to = at('A small kindness', body);
    await session.json('post', `${study.path}/codings/${id}/passage`, { revision: 2, ...to });
    const review = `${study.path}/codings/${id}/review`;
    const back = { revision: 1, ...seen, expected: to };
    const second = await BrowserSession.as(t.app, colleague);
    expect((await second.json('post', review, back)).status).toBe(403);
    expect((await session.json('post', review, { ...back, end: 100_000 })).status).toBe(422);
    expect((await session.json('post', review, { ...back, expected: undefined })).status).toBe(422);
  });

  test('GET note · says how many wait, and leads to them', async () => {
    const { session, path } = await aLostCoding();
    const $ = await session.page(path);
    const told = $('.govuk-inset-text', 'main').filter((_, element) => $(element).text().includes('waits for review'));
    expect(told.text()).toContain('One coding lost its words when the note was edited, and waits for review.');
    expect(told.find('a').attr('href')).toBe(`${path}/coding#needs-review`);
  });

  test('the form of sentences · puts it on sentences of one’s choice, without JavaScript', async () => {
    const { session, path, note, id } = await aLostCoding();
    const $ = await session.page(`${path}/coding?by=sentences&place=${id}`);
    expect($('.govuk-inset-text').text()).toContain('A small courtesy');
    const action = $('form[action$="/passage"]').attr('action')!;
    const nothing = await session.post(action, { revision: '2' });
    expect(nothing.status).toBe(422);
    const answer = await session.post(action, { revision: '2', sentences: ['2', '3'] });
    expect(answer.status).toBe(303);
    expect((await codingsOf(t, note.id))[0].quote).toBe('"After you," she said. They laughed.');
  });

  test('only its coder or the lead decides · a colleague sees no buttons and is refused', async () => {
    const { path, study, id, colleague, body } = await aLostCoding();
    const second = await BrowserSession.as(t.app, colleague);
    const $ = await second.page(`${path}/coding`);
    expect($('.app-review form').length).toBe(0);
    const refused = await second.json('post', `${study.path}/codings/${id}/passage`, {
      revision: 2,
      ...at('A small kindness', body),
    });
    expect(refused.status).toBe(403);
  });
});

describe('a theme made while coding', () => {
  test('POST themes as JSON · makes it once, in a colour of its own, and answers the codebook', async () => {
    const { session, study, theme } = await aMadeCoding();
    const body = { id: newId(), name: 'Small things', parent: theme.id };
    const answer = await session.json('post', `${study.path}/themes`, body);
    expect(answer.status).toBe(201);
    expect(answer.body.themes.map(({ path }: { path: string }) => path)).toEqual([
      'Courtesy',
      'Courtesy > Small things',
      'Waiting',
    ]);
    expect((await session.json('post', `${study.path}/themes`, body)).status).toBe(201);
    expect(await t.owner('themes').where({ study_id: study.id })).toHaveLength(3);
    const taken = await session.json('post', `${study.path}/themes`, { ...body, id: newId() });
    expect([taken.status, taken.body.error]).toEqual([422, expect.stringContaining('already a theme called')]);
    expect((await session.json('post', `${study.path}/themes`, { id: newId(), name: ' ' })).status).toBe(422);
  });
});
