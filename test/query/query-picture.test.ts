import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { anAgency, aPhase, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anAsker } from './an-asker.ts';

const t = useTestApp();

async function aSpreadQuery() {
  const cast = await anAsker(t);
  const agency = await anAgency(t.owner, cast.study.id, { name: '=Zeta' });
  const phase = await aPhase(t.owner, cast.study.id, { name: 'Last' });
  const visit = await aVisit(t.owner, cast.study.id, { agencyId: agency.id, phaseId: phase.id, by: cast.by });
  const here = await cast.write('one two three');
  for (const word of ['one', 'two', 'three']) await cast.code(here, word, cast.a);
  await cast.code(here, 'two', cast.b);
  await cast.code(await cast.write('four', visit.id), 'four', cast.a);
  return { ...cast, zeta: agency, last: phase };
}

test('a query · is counted by agency and phase · and each number leads to its passages', async () => {
  const cast = await aSpreadQuery();
  const results = await cast.session.page(`${cast.path}/results?a=${cast.a}`);
  const $ = await cast.session.page(results('a:contains("Chart by agency and phase")').attr('href')!);
  expect($('h1').text()).toBe('Passages by agency and phase');
  expect($('.app-picture img').attr('alt')).toContain('4 passages in all');
  const cells = $('.app-picture-table td a');
  expect(cells.map((_, one) => $(one).text()).get()).toHaveLength(7);
  for (const one of cells.get())
    expect((await cast.found([], $(one).attr('href')!)).length).toBe(Number($(one).text()));
});

test('its files · hold the same numbers as SVG, PNG and CSV · for the relation asked', async () => {
  const cast = await aSpreadQuery();
  const file = (format: string, more = '') =>
    cast.session.get(`${cast.path}/results/picture/file?a=${cast.a}&format=${format}${more}`).buffer(true);
  const rows: string[][] = parse((await file('csv')).text);
  const [head, ...body] = rows;
  expect(head!.at(-1)).toBe('all phases');
  expect(body.map((row) => [row[0], row.at(-1)])).toEqual([
    ["'=Zeta", '1'],
    [cast.agency.name, '3'],
    ['all agencies', '4'],
  ]);
  const narrowed: string[][] = parse((await file('csv', `&relation=overlapping&b=${cast.b}`)).text);
  expect(narrowed.at(-1)!.at(-1)).toBe('1');
  const svg = await file('svg');
  expect(svg.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(Buffer.from(svg.body).toString('utf8')).toContain('Zeta');
  const png = await file('png');
  expect(Buffer.from(png.body).subarray(1, 4).toString('latin1')).toBe('PNG');
  expect((await file('pdf')).status).toBe(404);
  expect((await file('svg', '&relation=and')).status).toBe(303);
});
