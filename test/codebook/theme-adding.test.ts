import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodebook, fields, refusals, treeOf } from './a-codebook.ts';

const t = useTestApp();

const themeRow = (id: string) => t.owner('themes').where({ id }).first();
const eventsOf = (id: string) => t.owner('events').where({ subject_id: id }).orderBy('id');

describe('adding', () => {
  test('POST /themes · keeps all that was typed, last among its siblings, with its event · under a parent', async () => {
    const { session, themes, networks, study, researcher } = await aCodebook(t);
    const form = fields({ parent: networks.id, whenToUse: 'One\r\nTwo 🌱', colour: '#4C2C92' });
    const answer = await session.post(themes, form);
    expect([answer.status, answer.headers.location]).toEqual([303, `${themes}/${form.id}`]);
    expect(await themeRow(form.id!)).toMatchObject({
      study_id: study.id,
      parent_id: networks.id,
      name: 'Trust',
      when_to_use: 'One\nTwo 🌱',
      colour: '#4c2c92',
      position: 3,
      version: 1,
      created_by: researcher.membershipId,
    });
    const [event] = await eventsOf(form.id!);
    expect(event).toMatchObject({ kind: 'theme.added', membership_id: researcher.membershipId });
    expect(JSON.stringify(event)).not.toContain('Two');
  });

  test('POST /themes · adds one theme · when the form is sent twice, also at once', async () => {
    const { session, themes, study } = await aCodebook(t);
    const form = fields();
    const answers = await Promise.all([session.post(themes, form), session.post(themes, form)]);
    answers.push(await session.post(themes, form));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await t.owner('themes').where({ study_id: study.id, name: 'Trust' })).toHaveLength(1);
    expect(await eventsOf(form.id!)).toHaveLength(1);
  });

  test('POST /themes · answers 409 with both texts · when the same form is sent again with other words', async () => {
    const { session, themes, study } = await aCodebook(t);
    const form = fields();
    await session.post(themes, form);
    const answer = await session.post(themes, { ...form, definition: 'Typed after the first try' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Typed after the first try');
    expect(await t.owner('themes').where({ study_id: study.id, name: 'Trust' })).toHaveLength(1);
  });

  test('POST /themes · keeps the colour of one’s own · when “another” is chosen', async () => {
    const { session, themes } = await aCodebook(t);
    const form = fields({ colour: 'other', otherColour: '#ABCDEF' });
    await session.post(themes, form);
    expect((await themeRow(form.id!)).colour).toBe('#abcdef');
  });

  test.each([
    ['the name is missing', { name: ' \t ' }, 'Enter a name'],
    ['the name is too long', { name: 'x'.repeat(201) }, 'Shorten a name'],
    ['the definition is too long', { definition: '👍'.repeat(10_001) }, 'Shorten the definition'],
    ['the name holds a NUL', { name: 'a\u0000b' }, 'invisible NUL'],
    ['the colour is none', { colour: 'red;}' }, 'Choose a colour'],
    ['the other colour is none', { colour: 'other', otherColour: 'url(x)' }, 'Choose a colour'],
    ['the parent is no id', { parent: 'nowhere' }, 'Choose where it belongs'],
    ['the id is none', { id: 'x' }, 'Reload the page'],
  ])('POST /themes · answers 422 and keeps what was typed · when %s', async (_, given, sentence) => {
    const { session, themes, study } = await aCodebook(t);
    const answer = await session.post(themes, fields({ example: 'Typed with care', ...given }));
    const $ = cheerio.load(answer.text);
    expect(answer.status).toBe(422);
    expect(refusals($).join()).toContain(sentence);
    expect($('#example').text()).toContain('Typed with care');
    expect(await treeOf(t, study.id)).toHaveLength(4);
  });

  test.each([
    ['in other letters', 'fAMILY'],
    ['with blanks around', '  Family '],
  ])('POST /themes · answers 422 beside the name · when a sibling has it, %s', async (_, name) => {
    const { session, themes, networks } = await aCodebook(t);
    const answer = await session.post(themes, fields({ name, parent: networks.id }));
    const $ = cheerio.load(answer.text);
    expect(answer.status).toBe(422);
    expect($('#name-error').text()).toContain('already a theme called');
    expect($('#parent option[selected]').attr('value')).toBe(networks.id);
  });

  test('POST /themes · takes a name that is used elsewhere · when it is no sibling’s', async () => {
    const { session, themes, places } = await aCodebook(t);
    expect((await session.post(themes, fields({ name: 'Family', parent: places.id }))).status).toBe(303);
  });

  test('POST /themes · adds one of two of the same name · when both are sent at once', async () => {
    const { session, themes, study, lead } = await aCodebook(t);
    const second = await BrowserSession.as(t.app, lead);
    const answers = await Promise.all([
      session.post(themes, fields({ name: 'Hope' })),
      second.post(themes, fields({ name: 'hope' })),
    ]);
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['303', '422']);
    expect(await treeOf(t, study.id)).toHaveLength(5);
  });

  test('POST /themes · answers 422 in words · when the parent is another study’s or was removed meanwhile', async () => {
    const { session, themes, places, study } = await aCodebook(t);
    const theirs = await aCodebook(t);
    await session.post(`${themes}/${places.id}/removal`);
    for (const parent of [theirs.networks.id, places.id]) {
      const answer = await session.post(themes, fields({ parent }));
      expect(answer.status).toBe(422);
      expect(refusals(cheerio.load(answer.text)).join()).toContain('not in the codebook any more');
    }
    expect(await treeOf(t, study.id)).toHaveLength(3);
  });

  test('POST /themes · answers 404 and changes nothing · when the id is a theme of another study or member', async () => {
    const { session, themes, places, lead } = await aCodebook(t);
    const theirs = await aCodebook(t);
    const leadSession = await BrowserSession.as(t.app, lead);
    expect((await session.post(themes, fields({ id: theirs.places.id }))).status).toBe(404);
    expect((await leadSession.post(themes, fields({ id: places.id }))).status).toBe(404);
    expect((await themeRow(theirs.places.id)).name).toBe('Places');
  });

  test('POST /themes · stays in the study of its address · when study and role are smuggled into the form', async () => {
    const { session, themes, study } = await aCodebook(t);
    const theirs = await aFullStudy(t.owner);
    const form = fields({ study_id: theirs.study.id, studyId: theirs.study.id, role: 'lead', created_by: newId() });
    await session.post(themes, form);
    expect((await themeRow(form.id!)).study_id).toBe(study.id);
  });

  test('POST /themes · answers 422 with the limit in words · when it would be the eleventh level', async () => {
    const { session, themes, study, by } = await aCodebook(t);
    let parentId: string | null = null;
    for (let level = 1; level <= 10; level += 1)
      parentId = (await aTheme(t.owner, study.id, { by, parentId, name: `Level ${level}`, position: 9 })).id;
    const answer = await session.post(themes, fields({ parent: parentId! }));
    expect(answer.status).toBe(422);
    expect(refusals(cheerio.load(answer.text)).join()).toContain('10 levels deep');
  });

  test('GET /themes/new · offers the parent asked for and a colour that no other theme has', async () => {
    const { session, themes, friends } = await aCodebook(t);
    const $ = await session.page(`${themes}/new?parent=${friends.id}`);
    expect($('#parent option[selected]').text()).toContain('1.2 Friends');
    expect($('input[name="colour"]:checked').attr('value')).not.toBe('#1d70b8');
    expect(
      $('.app-colour')
        .toArray()
        .every((label) => $(label).text().trim() !== ''),
    ).toBe(true);
  });
});
