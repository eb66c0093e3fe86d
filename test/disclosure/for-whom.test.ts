import { beforeAll, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { fill, oneOfEach } from '../support/one-of-each.ts';
import { TABLE } from '../support/route-table.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from '../extracts/an-extract.ts';

// Every page of a study is opened as its lead: what is handed over there says for whom it is.

const t = useTestApp();
let session: BrowserSession;
const answers: { route: string; status: number; isFile: boolean; text: string }[] = [];

/** Where files are handed over; a link to one of them, or a form that makes one, is an offer. */
const FILE = /\/file(?:\?|$)|\/agreement\/figures|\/attachments\/[0-9a-f-]{36}$|\/imports\/report\?format=text/;
const MAKES = /\/(?:exports|project-exports|disclosures)$/;
const SAYS = /for the team|for people outside|outside the team/i;

beforeAll(async () => {
  const cast = await aFullStudy(t.owner);
  await anExtract(t.owner, cast, { quote: 'Words.' });
  session = await BrowserSession.as(t.app, cast.lead);
  const ids = await oneOfEach(t, cast);
  for (const [route, who] of Object.entries(TABLE)) {
    const [method, path] = route.split(' ') as [string, string];
    if (method !== 'GET' || !path.startsWith('/studies/:study') || !who.includes('lead') || /events|live/.test(path))
      continue;
    const { status, headers, text } = await session.get(fill(path, ids)).timeout({ response: 60_000 });
    const isFile = (headers['content-disposition'] ?? '').startsWith('attachment');
    answers.push({ route, status, isFile, text: /html/.test(String(headers['content-type'])) ? text : '' });
  }
}, 240_000);

test('every route that hands over a file is known as one', () => {
  const unknown = answers.filter(({ route, isFile }) => isFile && !/\/file$|figures$|:attachment$/.test(route));
  expect(unknown.map(({ route }) => route)).toEqual([]);
  expect(answers.filter(({ isFile }) => isFile).length).toBeGreaterThan(3);
});

test('every page that offers a file says for whom it is', () => {
  const offering = answers.filter(({ text }) => {
    const $ = load(text);
    const hrefs = $('main a[href]')
      .toArray()
      .map((one) => $(one).attr('href')!);
    const actions = $('main form[method=post]')
      .toArray()
      .map((one) => $(one).attr('action') ?? '');
    return hrefs.some((href) => FILE.test(href)) || actions.some((action) => MAKES.test(action));
  });
  expect(offering.map(({ route }) => route)).toEqual(
    expect.arrayContaining([
      'GET /studies/:study/disclosures/:disclosure',
      'GET /studies/:study/extracts',
      'GET /studies/:study/notes/:note',
      'GET /studies/:study/pictures/:picture',
      'GET /studies/:study/trail',
    ]),
  );
  expect(offering.filter(({ text }) => !SAYS.test(load(text)('main').text())).map(({ route }) => route)).toEqual([]);
});
