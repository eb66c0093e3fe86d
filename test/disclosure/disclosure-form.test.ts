import { expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { aDiscloser } from './disclosing.ts';

const t = useTestApp();

test('GET disclosures/new · says which note it is of, also after a refusal · or that it is of the whole study', async () => {
  const cast = await aDiscloser(t);
  await anExtract(t.owner, cast, { quote: 'The kettle was on.', title: 'A day at the café' });
  const { path } = cast.study;
  const { id: note } = await t.owner('notes').where({ study_id: cast.study.id }).first('id');
  const of = ({ text }: { text: string }) =>
    load(text)('main form').first().prev('.govuk-inset-text').text().replaceAll(/\s+/g, ' ').trim();
  const asked = `${path}/disclosures/new?note=${note}`;
  expect(of(await cast.session.get(asked))).toBe('It is made of this alone: Note: A day at the café');
  const refused = await cast.session.post(`${path}/disclosures`, { id: newId(), note }, asked);
  expect([refused.status, of(refused)]).toEqual([422, 'It is made of this alone: Note: A day at the café']);
  expect(of(await cast.session.get(`${path}/disclosures/new`))).toMatch(/^It is made of the whole study\./);
});
