import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { anAgency, aVisit } from '../support/builders.ts';
import { aSavedQuery } from '../support/query-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anAsker } from './an-asker.ts';

const t = useTestApp();

describe('relations', () => {
  test('overlapping and and · share a character; touching ends do not', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('one two three four five six');
    await cast.code(note, 'one two three', cast.a);
    await cast.code(note, 'three four', cast.b);
    await cast.code(note, 'three', cast.b);
    const touching = await cast.write('seven eight');
    await cast.code(touching, 'seven ', cast.a);
    await cast.code(touching, 'eight', cast.b);
    expect(await cast.ask('overlapping')).toEqual(['one two three']);
    // Both of B share "three" with it: the same words once.
    expect(await cast.ask('and')).toEqual(['three']);
    expect(await cast.ask('alone')).toEqual(['one two three', 'seven ']);
    expect((await cast.ask('or')).toSorted()).toEqual(['eight', 'one two three', 'seven ', 'three', 'three four']);
  });

  test('paragraph and note · the same paragraph touched by both, and anywhere in the note', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('first here\n\nsecond there and more\nthird');
    await cast.code(note, 'first', cast.a);
    await cast.code(note, 'more\nthird', cast.a);
    await cast.code(note, 'there', cast.b);
    const other = await cast.write('alone');
    await cast.code(other, 'alone', cast.a);
    expect(await cast.ask('paragraph')).toEqual(['more\nthird']);
    expect(await cast.ask('note')).toEqual(['first', 'more\nthird']);
  });

  test('near · counts the words between, either way round, over paragraphs, without those cut through', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('alpha, one two three. beta gamma\n\nfour delta-omega five epsilon');
    await cast.code(note, 'alpha', cast.a);
    await cast.code(note, 'beta', cast.b);
    // "one two three." stand between "alpha" and "beta": the comma belongs to a word that is cut through.
    expect(await cast.ask('near', [['words', '2']])).toEqual([]);
    expect(await cast.ask('near', [['words', '3']])).toEqual(['alpha']);
    await cast.code(note, 'delta', cast.a);
    // "gamma" and "four" between "beta" and "delta", and a paragraph's end.
    expect(await cast.ask('near', [['words', '1']])).toEqual([]);
    expect(await cast.ask('near', [['words', '2']])).toEqual(['delta']);
    await cast.code(note, 'epsilon', cast.a);
    // "gamma four delta-omega five".
    expect(await cast.ask('near', [['words', '3']])).toEqual(['alpha', 'delta']);
    expect(await cast.ask('near', [['words', '4']])).toEqual(['alpha', 'delta', 'epsilon']);
    const overlapping = await cast.write('zeta eta theta');
    await cast.code(overlapping, 'zeta eta', cast.a);
    await cast.code(overlapping, 'eta theta', cast.b);
    expect(await cast.ask('near', [['words', '0']])).toEqual(['zeta eta']);
  });

  test('not · takes away what overlaps, or shares the paragraph or the note', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('red green\nblue yellow');
    await cast.code(note, 'red', cast.a);
    await cast.code(note, 'green', cast.a);
    await cast.code(note, 'blue', cast.a);
    await cast.code(note, 'green', cast.n);
    const not: [string, string][] = [['not', cast.n]];
    expect(await cast.ask('alone', [...not, ['reach', 'overlapping']])).toEqual(['red', 'blue']);
    expect(await cast.ask('alone', [...not, ['reach', 'paragraph']])).toEqual(['blue']);
    expect(await cast.ask('alone', [...not, ['reach', 'note']])).toEqual([]);
  });

  test('sub-themes · count with their themes or not', async () => {
    const cast = await anAsker(t);
    const below = await cast.theme('Below', cast.a);
    const note = await cast.write('own child');
    await cast.code(note, 'own', cast.a);
    await cast.code(note, 'child', below);
    expect(await cast.ask('alone')).toEqual(['own', 'child']);
    expect(await cast.ask('alone', [['roll', 'no']])).toEqual(['own']);
  });

  test('a coding is no company to itself, and several themes of a side mean any of them', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('solo duo');
    await cast.code(note, 'solo', cast.a);
    await cast.code(note, 'duo', cast.n);
    expect(
      await cast.found([
        ['a', cast.a],
        ['relation', 'overlapping'],
        ['b', cast.a],
      ]),
    ).toEqual([]);
    expect(
      await cast.found([
        ['a', cast.a],
        ['a', cast.n],
      ]),
    ).toEqual(['solo', 'duo']);
  });

  test('codings that are not there, filters, and those that need review', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('kept gone review');
    await cast.code(note, 'kept', cast.a);
    const gone = await cast.code(note, 'gone', cast.a);
    await t.owner('codings').where({ id: gone.id }).update({ removed_at: new Date() });
    const review = await cast.code(note, 'review', cast.a);
    await cast.code(note, 'kept gone review', cast.b, cast.colleague.membershipId);
    await t.owner('codings').where({ id: review.id }).update({ needs_review_at: new Date() });
    expect(await cast.ask('note')).toEqual(['kept', 'review']);
    expect(await cast.ask('overlapping')).toEqual(['kept']);
    expect(await cast.ask('note', [['coder', cast.by]])).toEqual([]);
    const agency = await anAgency(t.owner, cast.study.id);
    const visit = await aVisit(t.owner, cast.study.id, { agencyId: agency.id, phaseId: cast.phase.id, by: cast.by });
    await cast.code(await cast.write('elsewhere', visit.id), 'elsewhere', cast.a);
    expect(await cast.ask('alone', [['agency', agency.id]])).toEqual(['elsewhere']);
    await t.owner('visits').where({ id: visit.id }).update({ removed_at: new Date() });
    expect(await cast.ask('alone', [['agency', agency.id]])).toEqual([]);
    await t.owner('themes').where({ id: cast.a }).update({ removed_at: new Date() });
    expect(await cast.ask('alone')).toEqual([]);
  });
});

describe('pages of results', () => {
  test('list every passage once, both ways, and as CSV with cells that spreadsheets cannot run', async () => {
    const cast = await anAsker(t);
    const body = Array.from({ length: 60 }, (_, index) => `=word${index}.`).join(' ');
    const note = await cast.write(body);
    for (let index = 0; index < 60; index += 1) await cast.code(note, `=word${index}.`, cast.a);
    const expected = Array.from({ length: 60 }, (_, index) => `=word${index}.`);
    expect(await cast.ask('alone')).toEqual(expected);
    const first = await cast.session.page(`${cast.path}/results?a=${cast.a}`);
    const second = await cast.session.page(first('a[rel=next]').attr('href')!);
    const back = await cast.session.page(second('a[rel=prev]').attr('href')!);
    expect(back('.app-extract__quote').first().text()).toBe('=word0.');
    const file = await cast.session.get(first('a:contains("Download as CSV")').attr('href')!);
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    const rows: { quote: string; start: string }[] = parse(file.text, { columns: true });
    expect(rows.map(({ quote }) => quote)).toEqual(expected.map((quote) => `'${quote}`));
    expect(await t.owner('events').where({ study_id: cast.study.id, kind: 'query.downloaded' })).toHaveLength(1);
  });

  test('keep what was chosen and ask how the sides stand · when the other side is ticked and the first is by itself', async () => {
    const cast = await anAsker(t);
    const answer = await cast.session.get(`${cast.path}/results?a=${cast.a}&b=${cast.b}&relation=alone&words=7`);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Choose how they stand, or untick the other side');
    for (const id of [cast.a, cast.b]) expect(answer.text).toMatch(new RegExp(`value="${id}" checked`));
    expect(answer.text).toContain('value="7"');
  });

  test.each([
    ['no theme', '?relation=or', 422],
    ['no other side', '?a=A&relation=and', 422],
    ['an other side by itself', '?a=A&relation=alone&b=B', 422],
    ['an odd relation', '?a=A&relation=beside', 422],
    ['too many words', '?a=A&relation=near&b=B&words=501', 422],
    ['an id that is none', '?a=x', 422],
    ['a theme of nowhere', `?a=${newId()}`, 200],
    ['an agency of nowhere', `?a=A&agency=${newId()}`, 422],
    ['an edge of nowhere', `?a=A&after=${newId()}.1.2`, 200],
    ['an edge that is none', '?a=A&after=x', 404],
    ['a day that is none', '?a=A&from=2011-02-30', 422],
  ])('say what is wrong · with %s', async (_what, query, status) => {
    const cast = await anAsker(t);
    const answer = await cast.session.get(
      `${cast.path}/results${query.replace('=A', `=${cast.a}`).replace('=B', `=${cast.b}`)}`,
    );
    expect(answer.status).toBe(status);
  });
});

describe('kept queries', () => {
  test('are saved once, run by a colleague, changed, removed and brought back', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('red green');
    await cast.code(note, 'red', cast.a);
    const id = newId();
    const fields = { id, name: 'Red things', a: cast.a, relation: 'alone' };
    for (let twice = 0; twice < 2; twice += 1)
      expect((await cast.session.post(cast.path, fields)).headers.location).toBe(`${cast.path}/${id}`);
    const colleague = await BrowserSession.as(t.app, cast.colleague);
    expect((await colleague.page(`${cast.path}/${id}`))('.app-extract__quote').text()).toBe('red');
    const taken = await colleague.post(cast.path, { ...fields, id: newId(), name: 'RED things' });
    expect(taken.status).toBe(422);
    expect(taken.text).toContain('Another query of this study has this name');
    const changed = await colleague.post(`${cast.path}/${id}`, {
      ...fields,
      name: 'Green things',
      a: cast.b,
      version: '1',
    });
    expect(changed.status).toBe(303);
    const stale = await cast.session.post(`${cast.path}/${id}`, { ...fields, name: 'Mine', version: '1' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Green things');
    expect(stale.text).toContain('value="Mine"');
    await cast.session.post(`${cast.path}/${id}/removal`);
    expect((await cast.session.page(cast.path))('.app-query-list').text()).toContain('Green things');
    expect((await cast.session.post(`${cast.path}/${id}`, { ...fields, version: '2' })).status).toBe(409);
    const other = newId();
    await cast.session.post(cast.path, { ...fields, id: other, name: 'green things' });
    expect((await cast.session.post(`${cast.path}/${id}/restoration`)).status).toBe(409);
    await cast.session.post(`${cast.path}/${other}/removal`);
    expect((await cast.session.post(`${cast.path}/${id}/restoration`)).status).toBe(303);
    const kinds = await t
      .owner('events')
      .where({ study_id: cast.study.id, subject_id: id })
      .orderBy('at')
      .pluck('kind');
    expect(kinds).toEqual(['query.saved', 'query.changed', 'query.removed', 'query.restored']);
  });

  test('follow a theme that was merged, and merged again · to where its passages are now, everywhere, and say so', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('ON: One tea. Two teas. Three.');
    await cast.code(note, 'One', cast.a);
    await cast.code(note, 'Two', cast.n);
    const saved = await aSavedQuery(t.owner, cast.study.id, { by: cast.by, themeId: cast.a });
    for (const [from, into] of [
      [cast.a, cast.b],
      [cast.b, cast.n],
    ] as const)
      await cast.session.post(`${cast.study.path}/themes/${from}/merge`, { id: newId(), target: into });
    const at = `${cast.path}/${saved.id}`;
    expect(await cast.found([], at)).toEqual(['One', 'Two']);
    const $ = await cast.session.page(at);
    expect($('.app-query__question').text()).toContain('The theme “A” was merged into “N”, which has its passages now');
    expect($('.app-query__question').text()).not.toContain('removed from the codebook');
    const csv = await cast.session.get(`${cast.path}/results/file?a=${cast.a}&relation=alone`);
    expect(csv.text.match(/^[0-9a-f-]{36},/gm)).toHaveLength(2);
    const picture = await cast.session.page(`${cast.path}/results/picture?a=${cast.a}&relation=alone`);
    expect(picture('table td').first().text()).toContain('2');
    expect((await cast.session.page(`${at}/edit`))('input[name=a][checked]').attr('value')).toBe(cast.n);
  });

  test('say which theme is gone', async () => {
    const cast = await anAsker(t);
    const saved = await aSavedQuery(t.owner, cast.study.id, { by: cast.by, themeId: cast.a });
    await t.owner('themes').where({ id: cast.a }).update({ removed_at: new Date() });
    const $ = await cast.session.page(`${cast.path}/${saved.id}`);
    expect($('.app-query__question').text()).toContain('The theme “A” was removed from the codebook');
    expect(await cast.found([], `${cast.path}/${saved.id}`)).toEqual([]);
  });
});
