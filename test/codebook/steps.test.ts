import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedCodebook, codedAs, sentences } from './a-coded-codebook.ts';
import { fields, refusals, treeOf } from './a-codebook.ts';

const t = useTestApp();
const WHOLE = ['1 Networks', '1.1 Family', '1.2 Friends', '2 Places'];

type Coded = Awaited<ReturnType<typeof aCodedCodebook>>;
const lastStep = async (of: Coded): Promise<string> =>
  (await t.owner('codebook_steps').where({ study_id: of.study.id }).orderBy('number', 'desc').first('id')).id;
const reverse = async (of: Coded) => of.session.post(`${of.steps}/${await lastStep(of)}/reversal`);

/** A theme's own row without what every change writes. */
async function said(id: string) {
  const { version: _, updated_at: __, updated_by: ___, ...row } = await t.owner('themes').where({ id }).first();
  return row;
}

describe('the history', () => {
  const change = (given: Record<string, string>) => {
    const { id: _, ...rest } = fields({ version: '1', ...given });
    return rest;
  };
  const DOINGS: [string, string, (of: Coded) => Promise<unknown>][] = [
    ['adding', 'added “Trust” under “Places”', (of) => of.session.post(of.themes, fields({ parent: of.places.id }))],
    [
      'changing',
      'renamed “Places” to “Rooms”, changed the definition, when to use it, when not to use it and the example of “Rooms” and moved “Rooms” under “Family”',
      (of) => of.session.post(`${of.themes}/${of.places.id}`, change({ name: 'Rooms', parent: of.family.id })),
    ],
    [
      'moving under another',
      'moved “Places” under “Networks”',
      (of) => of.session.post(`${of.themes}/${of.places.id}/position`, { parent: of.networks.id, place: '1' }),
    ],
    [
      'moving among siblings',
      'moved “Friends” to place 1 under “Networks”',
      (of) => of.session.post(`${of.themes}/${of.friends.id}/position`, { parent: of.networks.id, place: '1' }),
    ],
    ['retiring', 'retired “Places”', (of) => of.session.post(`${of.themes}/${of.places.id}/retirement`)],
    [
      'removing',
      'removed “Networks” with its 2 sub-themes',
      (of) => of.session.post(`${of.themes}/${of.networks.id}/removal`),
    ],
  ];

  test.each(DOINGS)(
    '%s · is a sentence there, and reversed it leaves no trace in the codebook',
    async (_, sentence, act) => {
      const of = await aCodedCodebook(t);
      const ids = [of.networks, of.family, of.friends, of.places].map(({ id }) => id);
      const before = await Promise.all(ids.map(said));
      await act(of);
      expect(await sentences(of)).toEqual([`1 ${of.researcher.name} ${sentence}.`]);
      expect((await reverse(of)).status).toBe(303);
      expect(await treeOf(t, of.study.id)).toEqual(WHOLE);
      expect(await Promise.all(ids.map(said))).toEqual(before);
      expect((await sentences(of))[0]).toContain('reversed step 1');
    },
  );

  test('restoring and taking into use · are reversed too', async () => {
    const of = await aCodedCodebook(t);
    await of.session.post(`${of.themes}/${of.networks.id}/removal`);
    await of.session.post(`${of.themes}/${of.networks.id}/restoration`);
    expect((await sentences(of))[0]).toContain('restored “Networks” with its 2 sub-themes');
    await reverse(of);
    expect(await treeOf(t, of.study.id)).toEqual(['1 Places']);
    await of.session.post(`${of.themes}/${of.networks.id}/restoration`);
    expect(await treeOf(t, of.study.id)).toEqual(WHOLE);
    await of.session.post(`${of.themes}/${of.places.id}/retirement`);
    await of.session.post(`${of.themes}/${of.places.id}/retirement/removal`);
    expect((await sentences(of))[0]).toContain('took “Places” into use again');
    await reverse(of);
    expect((await said(of.places.id)).retired_at).not.toBeNull();
  });

  test('POST /codebook/steps/:step/reversal · answers 409 and changes nothing · when the same text was changed since', async () => {
    const of = await aCodedCodebook(t);
    await of.session.post(`${of.themes}/${of.places.id}`, change({ name: 'Rooms' }));
    const first = await lastStep(of);
    await of.session.post(`${of.themes}/${of.places.id}`, change({ name: 'Spaces', version: '2' }));
    const answer = await of.session.post(`${of.steps}/${first}/reversal`);
    expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([
      409,
      expect.stringContaining('“Spaces” was changed again since'),
    ]);
    expect((await said(of.places.id)).name).toBe('Spaces');
  });

  test('POST /codebook/steps/:step/reversal · answers 409 · when the theme that was added has been coded with since', async () => {
    const of = await aCodedCodebook(t);
    const form = fields();
    await of.session.post(of.themes, form);
    await of.coding(form.id!, 8, 12);
    const answer = await reverse(of);
    expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([
      409,
      expect.stringContaining('Passages have been coded with “Trust” since'),
    ]);
  });

  test('POST /codebook/steps/:step/reversal · answers 409 and makes no ring · when a theme would come under its own grandchild', async () => {
    const of = await aCodedCodebook(t);
    // Places goes under Family; then back to the top by hand, and Networks under it: now going back would be a ring.
    await of.session.post(`${of.themes}/${of.networks.id}/position`, { parent: of.places.id, place: '1' });
    await of.session.post(`${of.themes}/${of.networks.id}/position`, { parent: '', place: '1' });
    const back = await lastStep(of);
    await of.session.post(`${of.themes}/${of.places.id}/position`, { parent: of.family.id, place: '1' });
    const answer = await of.session.post(`${of.steps}/${back}/reversal`);
    expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([
      409,
      expect.stringContaining('would stand under itself'),
    ]);
    expect(await treeOf(t, of.study.id)).toEqual(['1 Networks', '1.1 Family', '1.1.1 Places', '1.2 Friends']);
  });

  test('GET /codebook/steps?theme= · shows the steps of that theme alone, and pages by number', async () => {
    const of = await aCodedCodebook(t);
    for (let round = 0; round < 26; round += 1) {
      await of.session.post(`${of.themes}/${of.places.id}/retirement`);
      await of.session.post(`${of.themes}/${of.places.id}/retirement/removal`);
    }
    await of.session.post(`${of.themes}/${of.family.id}/retirement`);
    expect((await of.session.page(`${of.steps}?theme=${of.family.id}`))('.app-step')).toHaveLength(1);
    const $ = await of.session.page(of.steps);
    expect($('.app-step')).toHaveLength(50);
    const second = await of.session.page($('a[rel="next"]').attr('href')!);
    expect(second('.app-step')).toHaveLength(3);
  }, 60_000);
});

describe('retiring', () => {
  test('POST /themes/:theme/retirement · keeps the codings listed, and refuses new ones with a sentence', async () => {
    const of = await aCodedCodebook(t);
    await of.session.post(`${of.themes}/${of.family.id}/retirement`);
    expect((await of.session.page(`${of.study.path}/extracts?theme=${of.family.id}`))('main').text()).toContain(
      of.alone.quote,
    );
    const coding = `${of.study.path}/notes/${of.note.id}/coding`;
    expect((await of.session.page(`${coding}?by=sentences`))(`input[value="${of.family.id}"]`)).toHaveLength(0);
    const answer = await of.session.json('post', `${of.study.path}/notes/${of.note.id}/codings`, {
      revision: 1,
      start: 8,
      end: 12,
      themes: [of.family.id],
      ids: [newId()],
    });
    expect([answer.status, answer.body.error]).toEqual([422, expect.stringContaining('“Family” is retired')]);
    expect(await codedAs(t, of.note.id)).toHaveLength(3);
  });
});
