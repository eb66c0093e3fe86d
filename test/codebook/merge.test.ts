import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aTheme } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedCodebook, codedAs, merge, sentences } from './a-coded-codebook.ts';
import { fields, refusals, treeOf } from './a-codebook.ts';

const t = useTestApp();
const WHOLE = ['1 Networks', '1.1 Family', '1.2 Friends', '2 Places'];
const CODED = ['Family [21, 30)', 'Family [4, 20)', 'Friends [4, 20)'];

describe('merging', () => {
  test('POST /themes/:theme/merge · gives each coding the other theme in place, and sets aside what would be said twice', async () => {
    const of = await aCodedCodebook(t);
    const before = await t.owner('codings').where({ id: of.alone.id }).first();
    const { answer } = await merge(of, of.family, of.friends);
    expect([answer.status, answer.headers.location]).toEqual([303, `${of.themes}/${of.friends.id}`]);
    expect(await treeOf(t, of.study.id)).toEqual(['1 Networks', '1.1 Friends', '2 Places']);
    expect(await codedAs(t, of.note.id)).toEqual(['-Family [4, 20)', 'Friends [21, 30)', 'Friends [4, 20)']);
    expect(await t.owner('codings').where({ id: of.alone.id }).first()).toEqual({
      ...before,
      theme_id: of.friends.id,
      version: 2,
    });
    expect(await sentences(of)).toEqual([
      `1 ${of.researcher.name} merged “Family” into “Friends”: 1 coding moved, 1 set aside as said already.`,
    ]);
    const $ = await of.session.page(`${of.themes}/${of.family.id}`);
    expect($(`.app-theme-removed a[href="${of.themes}/${of.friends.id}"]`).text()).toBe('Friends');
  });

  test('POST /themes/:theme/merge · brings the sub-themes under the other theme, behind its own', async () => {
    const of = await aCodedCodebook(t);
    await aTheme(t.owner, of.study.id, { by: of.by, name: 'Cafe', parentId: of.places.id, position: 1 });
    await merge(of, of.networks, of.places);
    expect(await treeOf(t, of.study.id)).toEqual(['1 Places', '1.1 Cafe', '1.2 Family', '1.3 Friends']);
  });

  test('POST /themes/:theme/merge · merges once · when the same form is sent twice', async () => {
    const of = await aCodedCodebook(t);
    const form = { id: newId(), target: of.friends.id };
    const path = `${of.themes}/${of.family.id}/merge`;
    const answers = await Promise.all([of.session.post(path, form), of.session.post(path, form)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await sentences(of)).toHaveLength(1);
  });

  test('POST /themes/:theme/merge · answers 422 and changes nothing · for itself, what is below it, a retired, removed, foreign or no theme', async () => {
    const of = await aCodedCodebook(t);
    const theirs = await aCodedCodebook(t);
    const retired = await aTheme(t.owner, of.study.id, { by: of.by, position: 3 });
    await t.owner('themes').where({ id: retired.id }).update({ retired_at: new Date() });
    const removed = await aTheme(t.owner, of.study.id, { by: of.by, removed: true });
    const refused = [of.networks.id, of.family.id, retired.id, removed.id, theirs.places.id, newId(), ''];
    for (const target of refused) {
      const { answer } = await merge(of, of.networks, { id: target });
      expect([target, answer.status, refusals(cheerio.load(answer.text)).length]).toEqual([target, 422, 1]);
    }
    expect(await treeOf(t, of.study.id)).toEqual([...WHOLE, `3 ${retired.name}`]);
    expect(await codedAs(t, of.note.id)).toEqual(CODED);
  });

  test('POST /themes/:theme/merge · answers 422 · when a sub-theme of the same name stands there', async () => {
    const of = await aCodedCodebook(t);
    await aTheme(t.owner, of.study.id, { by: of.by, name: 'family', parentId: of.places.id });
    const { answer } = await merge(of, of.networks, of.places);
    expect(answer.status).toBe(422);
    expect(refusals(cheerio.load(answer.text))[0]).toContain('“Places” has a sub-theme called “Family” too');
  });

  test('POST /themes/:theme/restoration · answers 409 and says what to do · for a merged theme', async () => {
    const of = await aCodedCodebook(t);
    await merge(of, of.family, of.friends);
    const answer = await of.session.post(`${of.themes}/${of.family.id}/restoration`);
    expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([
      409,
      expect.stringContaining('was merged into another theme'),
    ]);
  });

  test('POST /themes/:theme/merge · moves sealed codings too, and counts them to nobody but their coder', async () => {
    const of = await aCodedCodebook(t);
    const coders = [of.researcher.membershipId, of.colleague.membershipId];
    await aDoubleCoding(t.owner, of.study.id, { noteId: of.note.id, by: of.lead.membershipId, coders });
    await aCoding(t.owner, of.study.id, {
      note: of.note,
      themeId: of.places.id,
      by: of.colleague.membershipId,
      start: 8,
      end: 12,
    });
    await merge(of, of.places, of.friends);
    expect(await codedAs(t, of.note.id)).toContain('Friends [8, 12)');
    expect((await sentences(of))[0]).toContain('no codings moved');
    const colleague = await BrowserSession.as(t.app, of.colleague);
    expect((await colleague.page(of.steps))('.app-step').text()).toContain('1 coding moved');
  });
});

describe('reversing a merge', () => {
  test('POST /codebook/steps/:step/reversal · puts theme, sub-themes and codings back exactly', async () => {
    const of = await aCodedCodebook(t);
    const rows = () =>
      t
        .owner('codings')
        .where({ note_id: of.note.id })
        .orderBy('id')
        .select('id', 'theme_id', 'coder_id', 'created_at', 'removed_at', 'removed_by');
    const before = await rows();
    const { id } = await merge(of, of.family, of.friends);
    const answer = await of.session.post(`${of.steps}/${id}/reversal`);
    expect(answer.status).toBe(303);
    expect(await treeOf(t, of.study.id)).toEqual(WHOLE);
    expect(await rows()).toEqual(before);
    expect((await sentences(of))[0]).toBe(`2 ${of.researcher.name} reversed step 1 on “Family”.`);
    const networks = await merge(of, of.networks, of.places);
    await of.session.post(`${of.steps}/${networks.id}/reversal`);
    expect(await treeOf(t, of.study.id)).toEqual(WHOLE);
  });

  test('POST /codebook/steps/:step/reversal · reverses once · when pressed twice, also at once', async () => {
    const of = await aCodedCodebook(t);
    const { id } = await merge(of, of.family, of.friends);
    const path = `${of.steps}/${id}/reversal`;
    const answers = await Promise.all([of.session.post(path), of.leadSession.post(path)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await sentences(of)).toHaveLength(2);
  });

  test('POST /codebook/steps/:step/reversal · leaves what was coded, given another theme or removed since as it is', async () => {
    const of = await aCodedCodebook(t);
    const { id } = await merge(of, of.family, of.friends);
    await of.coding(of.friends.id, 31, 40);
    await t.owner('codings').where({ id: of.alone.id }).update({ theme_id: of.places.id });
    await of.session.post(`${of.steps}/${id}/reversal`);
    expect(await codedAs(t, of.note.id)).toEqual([
      'Family [4, 20)',
      'Friends [31, 40)',
      'Friends [4, 20)',
      'Places [21, 30)',
    ]);
  });

  test.each([
    ['the other theme was merged on', 'was merged into “Places” since'],
    ['the other theme was removed', '“Friends” was removed since'],
    ['the name was taken', 'Another theme is called “Family”'],
    ['the theme it stood under was removed', 'Bring that one back first'],
  ])(
    'POST /codebook/steps/:step/reversal · answers 409, says so and changes nothing · when %s',
    async (what, sentence) => {
      const of = await aCodedCodebook(t);
      const { id } = await merge(of, of.family, of.friends);
      if (what.includes('merged on')) await merge(of, of.friends, of.places);
      if (what === 'the other theme was removed') await of.session.post(`${of.themes}/${of.friends.id}/removal`);
      if (what.includes('name')) await of.session.post(of.themes, fields({ name: 'Family', parent: of.networks.id }));
      if (what.includes('under')) {
        await of.session.post(`${of.themes}/${of.friends.id}/position`, { parent: '', place: '1' });
        await of.session.post(`${of.themes}/${of.networks.id}/removal`);
      }
      const [tree, coded] = [await treeOf(t, of.study.id), await codedAs(t, of.note.id)];
      const answer = await of.session.post(`${of.steps}/${id}/reversal`);
      expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([409, expect.stringContaining(sentence)]);
      expect([await treeOf(t, of.study.id), await codedAs(t, of.note.id)]).toEqual([tree, coded]);
      expect(cheerio.load(answer.text)(`form[action="${of.steps}/${id}/reversal"]`)).toHaveLength(0);
    },
  );
});
