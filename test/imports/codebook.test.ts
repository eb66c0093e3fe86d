import { beforeEach, describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { aCodebook, treeOf } from '../codebook/a-codebook.ts';
import { aCoding, aNote } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { countsOn, fieldsOn, sendCodebook, words } from './codebook-page.ts';

const t = useTestApp({ LOG_LEVEL: 'error' });
let cast: Awaited<ReturnType<typeof aCodebook>>;
beforeEach(async () => {
  cast = await aCodebook(t);
});

const send = (name: string, content: string | Buffer, id = newId()) => sendCodebook(cast, name, content, id);
const theme = (id: string) => t.owner('themes').where({ id }).first();

const problem = ($: cheerio.CheerioAPI): string => words($('.govuk-error-summary__list').text());

describe('a table of themes', () => {
  const TABLE = `name,parent,definition,colour
Places,,Where people meet,#123456
Friends,Networks,,
Neighbours,Networks,Who lives near,
Next door,neighbours,Wall to wall,
Trust,,Counting on others,
`;

  test('is compared theme by theme, and nothing happens before it is confirmed', async () => {
    const before = await treeOf(t, cast.study.id);
    const { $, answer } = await send('themes.csv', TABLE);
    expect(answer.status).toBe(303);
    // In the file, new, different, the same, only here.
    expect(countsOn($)).toEqual([5, 3, 1, 1, 2]);
    expect(
      $('.app-import-theme legend.govuk-fieldset__legend--s')
        .toArray()
        .map((item) => words($(item).text())),
    ).toEqual(['Places']);
    expect($('details').eq(-1).text()).toContain('Networks > Family');
    expect(await treeOf(t, cast.study.id)).toEqual(before);
  });

  test('comes in as chosen, as one step that can be reversed', async () => {
    const before = await treeOf(t, cast.study.id);
    const places = await theme(cast.places.id);
    const { $, at, id } = await send('themes.csv', TABLE);
    const fields = { ...fieldsOn($), 'choice-0': 'take', 'fields-0': ['definition', 'colour'] };
    const answer = await cast.session.post(`${at}/confirmation`, fields, at);
    expect([answer.status, answer.headers.location]).toEqual([303, cast.themes]);
    expect(
      words((await cast.session.page(cast.themes))('.app-flash, [role=status], .govuk-notification-banner').text()),
    ).toContain('3 themes were added, 1 theme was changed.');
    expect(await treeOf(t, cast.study.id)).toEqual([
      '1 Networks',
      '1.1 Family',
      '1.2 Friends',
      '1.3 Neighbours',
      '1.3.1 Next door',
      '2 Places',
      '3 Trust',
    ]);
    expect(await theme(cast.places.id)).toMatchObject({
      definition: 'Where people meet',
      colour: '#123456',
      name: 'Places',
    });
    // Of what was kept nothing changed, an empty definition in the file included.
    expect((await theme(cast.friends.id)).version).toBe(1);
    const steps = await t.owner('codebook_steps').where({ study_id: cast.study.id });
    expect(steps.map((step) => [step.id, step.kind])).toEqual([[id, 'imported']]);
    const history = await cast.session.page(`${cast.study.path}/codebook/steps`);
    expect(words(history('.app-step__sentence').text())).toContain(
      'took in another codebook: 3 themes added, 1 theme changed.',
    );

    await cast.session.post(
      `${cast.study.path}/codebook/steps/${id}/reversal`,
      {},
      `${cast.study.path}/codebook/steps`,
    );
    expect(await treeOf(t, cast.study.id)).toEqual(before);
    expect(await theme(cast.places.id)).toMatchObject({ definition: places.definition, colour: places.colour });
  });

  test('comes in once · when it is confirmed twice, and sent twice', async () => {
    const { $, at, id } = await send('themes.csv', TABLE);
    await send('themes.csv', TABLE, id);
    const fields = fieldsOn($);
    const answers = await Promise.all([1, 2].map(() => cast.session.post(`${at}/confirmation`, fields, at)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await t.owner('codebook_steps').where({ study_id: cast.study.id })).toHaveLength(1);
    expect(await treeOf(t, cast.study.id)).toHaveLength(7);
  });

  test('is compared anew · when somebody changed the codebook meanwhile, and what was chosen is not lost', async () => {
    const { $, at } = await send('themes.csv', TABLE);
    await t.owner('themes').where({ id: cast.places.id }).update({ definition: 'Other words', version: 2 });
    const answer = await cast.session.post(`${at}/confirmation`, { ...fieldsOn($), 'choice-4': 'skip' }, at);
    expect(answer.status).toBe(409);
    const again = cheerio.load(answer.text);
    expect(problem(again)).toContain('The codebook was changed after you opened this page.');
    expect(again('input[name="choice-4"]:checked').attr('value')).toBe('skip');
    expect(again('main').text()).toContain('Other words');
    await cast.session.post(`${at}/confirmation`, fieldsOn(again), at);
    expect(await treeOf(t, cast.study.id)).not.toContain('3 Trust');
  });

  test('keeps what is here and adds that of the file beside it · when it is to be a theme of its own', async () => {
    const { $, at } = await send('themes.csv', 'name,parent,definition\nFriends,Networks,Of the file\n');
    await cast.session.post(`${at}/confirmation`, { ...fieldsOn($), 'choice-0': 'separate' }, at);
    expect(await treeOf(t, cast.study.id)).toContain('1.3 Friends (2)');
    expect((await theme(cast.friends.id)).definition).not.toBe('Of the file');
  });

  test('stands under the nearest theme that comes in · when its parent is left out', async () => {
    const { $, at } = await send('themes.csv', TABLE);
    await cast.session.post(`${at}/confirmation`, { ...fieldsOn($), 'choice-2': 'skip' }, at);
    expect(await treeOf(t, cast.study.id)).toContain('1.3 Next door');
  });

  test('is thrown away without a trace in the codebook', async () => {
    const { at } = await send('themes.csv', TABLE);
    await cast.session.post(`${at}/removal`, {}, at);
    const over = await cast.session.post(`${at}/confirmation`, { seen: 'x' }, cast.themes);
    expect(over.status).toBe(303);
    expect(await treeOf(t, cast.study.id)).toHaveLength(4);
    expect(await t.owner('codebook_imports').where({ study_id: cast.study.id }).first('state', 'themes')).toEqual({
      state: 'dropped',
      themes: [],
    });
  });

  test.each([
    ['it is empty', '', 'The file is empty.'],
    [
      'its columns have no names',
      'Places,Where people meet\n',
      'The first line of the table must name its columns: name, parent and definition, or path.',
    ],
    ['it has only a heading', 'name,parent\n', 'There is no theme in the table: it has only its heading.'],
    [
      'a theme stands under itself',
      'name,parent\nA,B\nB,A\n',
      '“A” stands under itself in the table. Correct its parent.',
    ],
    [
      'its quotation marks do not close',
      'name,definition\nA,"x\n',
      'The table could not be read: its quotation marks do not close.',
    ],
    ['it is a ZIP', Buffer.from('PK\u0003\u0004xxxx', 'latin1'), 'The file is a ZIP'],
    [
      'it is no text',
      Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 37) % 256)),
      'The file is no text.',
    ],
    ['it has a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><CodeBook/>', 'The file has a DOCTYPE'],
    [
      'it is a project',
      '<Project xmlns="urn:QDA-XML:project:1.0" name="x"/>',
      'The file is a whole project, not a codebook.',
    ],
    [
      'it is cut off',
      '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="x"',
      'The file was cut off on the way (line 1). Copy or export it again.',
    ],
  ])('is refused with the page · when %s', async (_, content, sentence) => {
    const { answer, $ } = await send('themes.csv', content);
    expect([answer.status, problem($).includes(sentence), problem($)]).toEqual([422, true, problem($)]);
    expect(await t.owner('codebook_imports').where({ study_id: cast.study.id })).toEqual([]);
  });
});

test('a reversal is refused · when a theme that came in has been coded with since', async () => {
  const { $, at, id } = await send('themes.csv', 'name\nTrust\n');
  await cast.session.post(`${at}/confirmation`, fieldsOn($), at);
  const trust = await t.owner('themes').where({ study_id: cast.study.id, name: 'Trust' }).first('id');
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.by });
  await aCoding(t.owner, cast.study.id, { note, themeId: trust.id, by: cast.by, start: 4, end: 10 });
  const answer = await cast.session.post(`${cast.study.path}/codebook/steps/${id}/reversal`, {}, cast.themes);
  expect([answer.status, answer.text.includes('Passages have been coded with “Trust” since')]).toEqual([409, true]);
});
