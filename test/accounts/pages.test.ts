import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createSetUpLink } from '../../server/accounts/set-up-service.ts';
import { createSignInLink } from '../../server/accounts/sign-in-link-service.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);
const PHONE = { viewport: { width: 320, height: 640 } };
const SLOW = 120_000;
const LONG_ADDRESS = 'grace.nakamura.of.the.recovery.enterprise@a-very-long-name.example.org';
let cast: Awaited<ReturnType<typeof aFullStudy>>;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  await t.owner('people').where({ id: cast.lead.id }).update({ is_administrator: true });
});

/** What is wrong with the page as it stands: axe's findings, and a page wider than its window. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults = await accessibilityFaults(page);
  const tooWide: number = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (tooWide > 0) faults.push(`${tooWide} px wider than the window`);
  return faults.map((fault) => `${new URL(page.url()).pathname}: ${fault}`);
}

test(
  'pages before signing in · have no fault that axe can find, and reflow · at 320 px',
  async () => {
    const page = await browser.open(undefined, PHONE);
    const faults: string[] = [];
    const links = [
      await createSignInLink(t.database.db, '', cast.researcher.email),
      await createSetUpLink(t.database.db, ''),
    ];
    for (const path of ['/sign-in', '/password-resets/new', '/password-resets/sent', '/sign-in-links/x', ...links]) {
      await page.goto(path);
      faults.push(...(await faultsOf(page)));
    }
    await page.goto(links[1]!);
    await page.locator('main form button[type=submit], main form button:not([type])').click();
    await page.locator('.govuk-error-summary').waitFor();
    faults.push(...(await faultsOf(page)));
    expect(faults).toEqual([]);
  },
  SLOW,
);

test(
  'an invitation · goes from the lead’s page to the new member’s · with no fault on any page on the way',
  async () => {
    const lead = await browser.open(cast.lead, PHONE);
    const faults: string[] = [];
    for (const path of [
      '/account',
      '/people',
      '/studies/new',
      `${cast.study.path}/members/${cast.staff.membershipId}/edit`,
    ]) {
      await lead.goto(path);
      faults.push(...(await faultsOf(lead)));
    }
    await lead.goto(`${cast.study.path}/members/${cast.researcher.membershipId}/password-reset`);
    faults.push(...(await faultsOf(lead)));
    await lead.goto(`${cast.study.path}/invitations/new`);
    faults.push(...(await faultsOf(lead)));
    await lead.getByLabel('Their name').fill('Grace Nakamura');
    await lead.getByLabel('Their e-mail address').fill(LONG_ADDRESS);
    await lead.getByLabel('Researcher').check();
    await lead.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = await lead.locator('.app-one-time-link').innerText();
    faults.push(...(await faultsOf(lead)));
    await lead.goto(`${cast.study.path}/members`);
    faults.push(...(await faultsOf(lead)));

    const guest = await browser.open(undefined, PHONE);
    await guest.goto(new URL(link).pathname);
    faults.push(...(await faultsOf(guest)));
    await guest.getByLabel('Choose a password').fill('seven herons over water');
    await guest.getByRole('button', { name: 'Accept and sign in' }).click();
    await guest.waitForURL((url) => url.pathname === cast.study.path);
    expect(faults).toEqual([]);
  },
  SLOW,
);
