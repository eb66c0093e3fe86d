import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Actor, inStudy } from '../../server/database/connection.ts';
import { anyOf, findTerms } from '../../server/search/phrase-queries.ts';
import { parseSearch, termsOf } from '../../server/search/search-words.ts';
import { newId } from '../../server/shared/ids.ts';
import { aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { actorOf, aSearcher } from './a-searcher.ts';

const t = useTestApp();

describe('odd searches', () => {
  test('whatever was typed is accepted by the database · for any string', async () => {
    const odd = fc.string({
      unit: fc.constantFrom(
        '"',
        '-',
        '*',
        ' ',
        ' or ',
        '&',
        '|',
        '!',
        '(',
        ')',
        ':',
        "'",
        '\\',
        'é',
        '👋',
        'a',
        'the',
        '<->',
        '½',
        'ﬁ',
        '.',
        '/',
        '@',
        '1',
        '3.5e',
        '_',
        '%',
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(odd, fc.string({ unit: 'grapheme', maxLength: 200 })), async (typed) => {
        const terms = termsOf(parseSearch(typed.replaceAll('\0', '')));
        await t.owner.transaction(async (trx) => {
          for (const weights of ['', 'AB']) {
            const read = [...(await findTerms(trx, terms, weights)).values()];
            await trx.raw('select ?::tsquery', [anyOf(read)]);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['ten thousand characters', 'a'.repeat(10_000), 422],
    ['ten thousand in words', 'tea '.repeat(2500), 422],
    ['a thousand letters in one word', '𝒜'.repeat(1000), 200],
    ['sixty words', Array.from({ length: 60 }, (_, index) => `w${index}`).join(' '), 422],
    ['all operators', '&|!()<->:*\\\'"-*or', 200],
    ['unbalanced quotes', '"tea', 200],
    ['only a minus', '-tea', 200],
    ['a NUL', 'tea\0', 422],
    ['emoji', '👋🏽', 200],
    ['markup', '<script>alert(1)</script>', 200],
    ['stop words', 'the and of', 200],
    ['nothing', '', 200],
  ])('GET search · answers with a page · for %s', async (_what, q, status) => {
    const cast = await aSearcher(t);
    await cast.write('A', 'tea');
    const answer = await cast.session.get(`${cast.path}?${new URLSearchParams({ q })}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain('<h1 class="govuk-heading-l">Search</h1>');
    expect(answer.text).not.toContain('<script>alert');
  });

  test.each([
    ['q=a&q=b', 'Write all that you look for into the one field'],
    ['q=tea%00', 'Type the words anew and search again'],
    [`q=${'a'.repeat(10_000)}`, 'Shorten the search to 1,000 characters or fewer; it has 10,000'],
  ])('GET search · says in words for searching what is wrong · for ?%.20s', async (query, sentence) => {
    const cast = await aSearcher(t);
    const $ = await cast.session.get(`${cast.path}?${query}`);
    expect($.status).toBe(422);
    expect($.text).toContain(sentence);
    expect($.text).not.toContain('maxlength');
  });

  test.each([
    'q=a&q=b',
    'q[x]=1',
    'q=%ED%A0%80',
    'q=a&agency=nonsense',
    'q=a&from=2011-02-30',
    'q=a&order=worst',
    `q=a&agency=${newId()}`,
    `q=a&author=${newId()}`,
  ])('GET search · is no error of ours · for ?%s', async (query) => {
    const cast = await aSearcher(t);
    const { status } = await cast.session.get(`${cast.path}?${query}`);
    expect([200, 422]).toContain(status);
  });
});

describe('the wall', () => {
  test('search_notes() · answers only a present lead or researcher of the study that is set', async () => {
    const [ours, theirs] = [await aSearcher(t), await aSearcher(t)];
    const note = await ours.write('A', 'tea');
    await theirs.write('B', 'tea');
    const look = (given: Partial<Actor>) =>
      inStudy(t.database.db, { ...actorOf(ours), ...given }, async (trx) => {
        const { rows } = await trx.raw<{ rows: { note_id: string }[] }>(
          `select * from search_notes(array['tea'], '', true)`,
        );
        return rows.map(({ note_id }) => note_id);
      });
    expect(await look({})).toEqual([note.id]);
    expect(await look({ membershipId: theirs.by })).toEqual([]);
    expect(await look({ studyId: theirs.study.id })).toEqual([]);
    expect(await look({ membershipId: ours.staff.membershipId })).toEqual([]);
    await expect(look({ role: 'agency', agencyId: ours.agency.id })).rejects.toThrow('permission denied');
    await t
      .owner('memberships')
      .where({ id: ours.by })
      .update({ ended_at: new Date(), ended_by: ours.lead.membershipId });
    expect(await look({})).toEqual([]);
  });
});

describe('coding on the spot', () => {
  test('POST search/codings · codes the sentence, once, and comes back to the same search · by path or name', async () => {
    const cast = await aSearcher(t);
    const note = await cast.write('A', 'ON: One. She held the doors. Three.');
    const parent = await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Skills' });
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Courtesy', parentId: parent.id });
    const $ = await cast.at({ q: 'door', order: 'date' });
    const fields = Object.fromEntries(
      $('.app-hit form')
        .serializeArray()
        .filter(({ name }) => name !== '_csrf')
        .map(({ name, value }) => [name, value]),
    );
    expect($('.app-hit__code label').first().text()).toBe('The sentence “She held the doors.”');
    const answer = await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'skills > courtesy' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`${cast.path}?q=door&order=date#hit-${note.id}-1`);
    await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Courtesy' });
    const codings = await t.owner('codings').where({ note_id: note.id }).select('quote', 'theme_id', 'coder_id');
    expect(codings).toEqual([{ quote: 'She held the doors.', theme_id: theme.id, coder_id: cast.by }]);
    expect((await cast.at({ q: 'door' }))('.app-hit__theme').text()).toBe('Courtesy');
  });

  test('POST search/codings · keeps what was typed and says what is wrong · for a theme that is not there', async () => {
    const cast = await aSearcher(t);
    await cast.write('A', 'ON: One. She held the doors. Three.');
    const $ = await cast.at({ q: 'door' });
    const fields = Object.fromEntries(
      $('.app-hit form')
        .serializeArray()
        .filter(({ name }) => name !== '_csrf')
        .map(({ name, value }) => [name, value]),
    );
    const answer = await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Nonsense' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('No theme has this name');
    expect(answer.text).toContain('value="Nonsense"');
    const twins = await Promise.all(['X', 'Y'].map((name) => aTheme(t.owner, cast.study.id, { by: cast.by, name })));
    for (const { id } of twins) await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Twin', parentId: id });
    expect((await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Twin' })).text).toContain(
      'Several themes are called',
    );
    expect((await cast.session.post(`${cast.path}/codings`, {})).status).toBe(422);
    expect(await t.owner('codings').where({ study_id: cast.study.id })).toEqual([]);
  });
});
