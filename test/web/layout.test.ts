import { expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('the header · has the search of the study on every page but that of the search itself', async () => {
  const cast = await aFullStudy(t.owner);
  const session = await BrowserSession.as(t.app, cast.researcher);
  const searches = async (page: string) => (await session.page(`${cast.study.path}${page}`))('[type=search]').length;
  expect([await searches('/notes'), await searches('/search')]).toEqual([1, 1]);
});

test('the menu · has memos under Analysis, with a way back to it', async () => {
  const cast = await aFullStudy(t.owner);
  const session = await BrowserSession.as(t.app, cast.researcher);
  const $ = await session.page(`${cast.study.path}/memos`);
  expect($('.govuk-service-navigation [aria-current]').text()).toBe('Analysis');
  expect($('.govuk-back-link').attr('href')).toBe(`${cast.study.path}/analysis`);
});
