import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedCodebook, merge } from './a-coded-codebook.ts';
import { fields, refusals } from './a-codebook.ts';

const t = useTestApp();
type Coded = Awaited<ReturnType<typeof aCodedCodebook>>;

const keep = (of: Coded, name = 'After the first visits') => {
  const form = { id: newId(), name, note: 'Before we merge' };
  return of.session.post(`${of.study.path}/codebook/versions`, form).then((answer) => ({ form, answer }));
};

describe('versions', () => {
  test('POST /codebook/versions · keeps the codebook under a name, once · when sent twice', async () => {
    const of = await aCodedCodebook(t);
    const versions = `${of.study.path}/codebook/versions`;
    const { form, answer } = await keep(of);
    expect([answer.status, answer.headers.location]).toEqual([303, versions]);
    await of.session.post(versions, form);
    const $ = await of.session.page(versions);
    expect($('.app-version__name').text()).toBe('Version 1: After the first visits');
    expect($('.app-version__facts').text()).toContain(`4 themes, kept by ${of.researcher.name}`);
  });

  test('POST /codebook/versions · answers 422 with what was typed · when it has no name', async () => {
    const of = await aCodedCodebook(t);
    const answer = await of.session.post(`${of.study.path}/codebook/versions`, { id: newId(), name: ' ', note: 'Why' });
    const $ = cheerio.load(answer.text);
    expect([answer.status, refusals($), $('#note').text().trim()]).toEqual([422, ['Enter a name'], 'Why']);
  });

  test('GET /codebook/comparison · says what was added, renamed, moved, reworded, retired, merged and removed since', async () => {
    const of = await aCodedCodebook(t);
    await keep(of);
    await of.session.post(of.themes, fields({ name: 'Trust' }));
    const { id: _, ...change } = fields({ name: 'Places to go', version: '1', parent: of.networks.id });
    await of.session.post(`${of.themes}/${of.places.id}`, change);
    await merge(of, of.family, of.friends);
    await of.session.post(`${of.themes}/${of.friends.id}/retirement`);
    const $ = await of.session.page(`${of.study.path}/codebook/comparison?from=1&to=now`);
    const items = $('.app-difference')
      .toArray()
      .map((item) => $(item).text().replace(/\s+/g, ' ').trim());
    expect($('.app-codebook__summary').text()).toBe('1 theme added, 2 themes changed, 1 theme merged');
    expect(items).toEqual([
      'Friends Changed Retired',
      expect.stringMatching(/^Places to go Changed Moved from the top of the codebook to “Networks” Name: Places/),
      expect.stringMatching(/^Trust Added Definition/),
      'Family Merged Merged into “Friends”',
    ]);
    await keep(of, 'After the second visits');
    const same = await of.session.page(`${of.study.path}/codebook/comparison?from=2&to=now`);
    expect(same('main').text()).toContain('The two are the same');
    await of.session.post(`${of.themes}/${of.places.id}/removal`);
    const later = await of.session.page(`${of.study.path}/codebook/comparison?from=2`);
    expect(later('.app-difference').text().replace(/\s+/g, ' ').trim()).toBe('Places to go Removed');
  });

  test('GET /codebook/comparison · leads to the versions · while none is chosen', async () => {
    const of = await aCodedCodebook(t);
    const answer = await of.session.get(`${of.study.path}/codebook/comparison`);
    expect([answer.status, answer.headers.location]).toEqual([303, `${of.study.path}/codebook/versions`]);
  });

  test('GET /codebook/comparison · answers 404 · for versions that there are not', async () => {
    const of = await aCodedCodebook(t);
    await keep(of);
    for (const query of ['?from=2&to=now', '?from=1&to=2', '?from=x', '?from=1&to=99999999999'])
      expect([query, (await of.session.get(`${of.study.path}/codebook/comparison${query}`)).status]).toEqual([
        query,
        404,
      ]);
  });
});

test('GET /codebook · prints every theme with its number, rules, example and counts, retired ones marked', async () => {
  const of = await aCodedCodebook(t);
  await t.owner('themes').where({ id: of.family.id }).update({ definition: 'Kin of any kind', example: '<b>Aunt</b>' });
  await of.session.post(`${of.themes}/${of.family.id}/retirement`);
  const $ = await of.session.page(`${of.study.path}/codebook`);
  const themes = $('.app-printed__theme')
    .toArray()
    .map((item) => $(item).text().replace(/\s+/g, ' ').trim());
  expect(themes).toEqual([
    '1 Networks 3 codings with sub-themes, 0 of its own Not described yet.',
    '1.1 Family Retired 2 codings DefinitionKin of any kindExample<b>Aunt</b>',
    '1.2 Friends 1 coding Not described yet.',
    '2 Places 0 codings Not described yet.',
  ]);
});
