import { expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { aDiscloser } from './disclosing.ts';

const t = useTestApp();

async function pageOf(choices: Record<string, string>): Promise<string> {
  const cast = await aDiscloser(t);
  const { id } = await anExtract(t.owner, cast, { quote: 'a quiet corner' });
  await t.owner('codings').where({ id }).update({ created_at: '2011-11-15T19:30:00Z' });
  const days = { from: '2011-11-13', to: '2011-11-19', coded_from: '2011-11-15', coded_to: '2011-12-01' };
  const { file } = await cast.letGo({ format: 'html', ...days, ...choices });
  return (file.body as Buffer).toString('utf8').replaceAll('</dt><dd dir="auto">', ': ');
}

test('GET disclosures/:id/file · tells no day, neither of a coding nor of the filter · where months are told', async () => {
  const page = await pageOf({ dates: 'month' });
  expect(page).toContain('a quiet corner');
  expect(page).toMatch(/Visited from: a day in November 2011</);
  expect(page).toMatch(/Coded until: a day in December 2011</);
  expect(page).toMatch(/Coded by Coder \d, November 2011\./);
  expect(page).not.toMatch(/1[3-9] November|1 December|2011-1[12]-/);
});

test('GET disclosures/:id/file · tells days · where that is chosen', async () => {
  const page = await pageOf({ dates: 'day' });
  expect(page).toMatch(/Visited from: 13 November 2011</);
  expect(page).toMatch(/Coded by Coder \d, 15 November 2011\./);
});
