import { beforeAll, expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);
let cast: Awaited<ReturnType<typeof aFullStudy>>;
beforeAll(async () => {
  cast = await aFullStudy(t.owner);
});

test('/sign-in · lets a person in and has no fault that axe can find · at 320 px', async () => {
  const page = await browser.open(undefined, { viewport: { width: 320, height: 640 } });
  await page.goto('/sign-in');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator('[name=email]').fill(cast.researcher.email);
  await page.locator('[name=password]').fill(cast.researcher.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
});
