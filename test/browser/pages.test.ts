import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aMember, aPerson } from '../support/builders.ts';
import { fill, type Ids, oneOfEach } from '../support/one-of-each.ts';
import { routesOf } from '../support/routes.ts';
import { useTestApp } from '../support/test-app.ts';

// Every page there is, found by walking the routes: each must be free of what axe can find and fit a screen of 320 px.

const t = useTestApp();
const browser = useBrowser(t);
const NO_PAGE = [
  '/codings/:coding/memos',
  '/coding/state',
  '/progress',
  '/agreement/figures',
  '/live',
  '/health',
  '/ready',
  '/colours.css',
  '/sessions/ends',
  '/file',
  // Single sign-on, which has no page of its own unless it is set up.
  '/single-sign-on',
  '/single-sign-on/end',
  '/single-sign-on/left',
  '/single-sign-on/return',
  '/attachments/:attachment',
  ':token',
];

let cast: Awaited<ReturnType<typeof aFullStudy>>;
let ids: Ids;
let administrator: { email: string; password: string };
beforeAll(async () => {
  cast = await aFullStudy(t.owner, { name: 'Connecting people with a rather long name, to see it wrap' });
  administrator = await aPerson(t.owner, { isAdministrator: true });
  // Afterwards: the administrator has sent an import.
  ids = await oneOfEach(t, cast);
});

const pages = (): string[] =>
  routesOf(t.app)
    .filter((route) => route.startsWith('GET '))
    .map((route) => route.slice('GET '.length))
    .filter((path) => !NO_PAGE.some((ending) => path.endsWith(ending)));

async function faultsOf(page: Page, paths: string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const path of paths) {
    const answer = await page.goto(fill(path, ids));
    if (answer?.status() !== 200) faults.push(`${path} answered ${answer?.status()}`);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (tooWide > 0) faults.push(`${path} is ${tooWide} px wider than the window`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${path}: ${fault}`));
  }
  return faults;
}

describe('every page · has no fault that axe can find and fits its window', () => {
  const forLead = (path: string) => path.startsWith('/studies/:study') && !path.includes('/publications/');
  // In parts, so that each has time enough on a machine that does other things too, however many pages there will be.
  const parts = [0, 1, 2, 3, 4];
  test.each([320, 1440].flatMap((width) => parts.map((part) => [width, part] as const)))(
    'for the lead, at %i px, part %i',
    async (width, part) => {
      const page = await browser.open(cast.lead, { viewport: { width, height: 900 } });
      const theirs = [...pages().filter(forLead), '/account'].filter((_, at) => at % parts.length === part);
      expect(theirs).not.toEqual([]);
      expect(await faultsOf(page, theirs)).toEqual([]);
    },
    240_000,
  );

  test.each([320, 1440])(
    'for agency staff and those outside a study, at %i px',
    async (width) => {
      const viewport = { width, height: 900 };
      const staff = await browser.open(cast.staff, { viewport });
      const theirs = pages().filter((path) => path === '/studies/:study' || path.includes('/publications/'));
      expect(await faultsOf(staff, theirs)).toEqual([]);
      const outside = pages().filter((path) => !path.startsWith('/studies/:study') && path !== '/account');
      const signedOut = outside.filter((path) => /sign-in|password-resets/.test(path));
      expect(await faultsOf(await browser.open(undefined, { viewport }), signedOut)).toEqual([]);
      const rest = outside.filter((path) => !signedOut.includes(path));
      expect(await faultsOf(await browser.open(administrator, { viewport }), rest)).toEqual([]);
    },
    240_000,
  );

  test('in a study with nothing in it yet', async () => {
    const { study } = await aFullStudy(t.owner);
    const lead = await aMember(t.owner, study.id, { role: 'lead' });
    await t.owner('visits').where({ study_id: study.id }).delete();
    const page = await browser.open(lead, { viewport: { width: 320, height: 900 } });
    const lists = ['', '/visits', '/notes', '/themes', '/extracts', '/exports', '/agencies', '/summaries', '/members'];
    expect(
      await faultsOf(
        page,
        lists.map((list) => `/studies/${study.id}${list}`),
      ),
    ).toEqual([]);
  }, 120_000);

  test('what is not found', async () => {
    const page = await browser.open(cast.lead);
    await page.goto(`/studies/${cast.study.id}/nothing`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Page not found');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
