import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aDiscloser } from '../disclosure/disclosing.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('the trail · leads to a file of the whole study, and to what was prepared for outside', async () => {
  const cast = await aDiscloser(t);
  const file = newId();
  await cast.session.post(`${cast.study.path}/project-exports`, { id: file, format: 'qdc' });
  const { id: prepared } = await cast.prepare({ format: 'qdc' });
  const $ = await cast.session.page(`${cast.study.path}/trail?kind=exports`);
  const lines = $('.app-trail-entry__what > span')
    .toArray()
    .map((line) => [$(line).text().replaceAll(/\s+/g, ' ').trim(), $(line).find('a').attr('href')]);
  expect(lines).toEqual([
    [`${cast.lead.name} prepared an export for people outside the team`, `${cast.study.path}/disclosures/${prepared}`],
    [`${cast.lead.name} asked for file 1 of the whole study`, `${cast.study.path}/project-exports/${file}`],
  ]);
});
