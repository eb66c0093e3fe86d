import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { accessibilityFaults, aFreePort, useBrowser } from '../support/browser.ts';
import { aPerson } from '../support/builders.ts';
import { aSignOnProvider } from '../support/sign-on-provider.ts';
import { known } from '../support/signing-on.ts';
import { useTestApp } from '../support/test-app.ts';

jest.setTimeout(90_000);
const port = await aFreePort();
const HERE = `http://localhost:${port}`;
const provider = await aSignOnProvider(HERE);
const t = useTestApp(provider.env(HERE));
const browser = useBrowser(t, { name: 'localhost', port });
afterAll(() => provider.stop());

const HALF_MINUTE = 30_000;

const signOut = (page: Page) => page.locator('header').getByRole('button', { name: 'Sign out' }).click();

test('a passkey · is made, and signs in by itself and as the second step', async () => {
  const person = await aPerson(t.owner);
  const page = await browser.open(person);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto('/account/passkeys');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator('[name=name]').fill('Work laptop');
  await page.locator('[name=password]').fill(person.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Make the passkey' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('heading', { name: 'Your passkey is made' }).waitFor();
  expect(await page.locator('.app-codes li').count()).toBe(10);
  await page.getByRole('link', { name: 'I have kept them: go on' }).click();
  await page.getByText('Work laptop').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await signOut(page);

  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await signOut(page);

  await page.locator('[name=email]').fill(person.email);
  await page.locator('[name=password]').fill(person.password);
  await page.locator('[name=password]').press('Enter');
  await page.getByRole('button', { name: 'Use your passkey' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  expect(await t.owner('passkeys').where({ person_id: person.id }).whereNotNull('last_used_at')).toHaveLength(1);
});

test('a device without the passkey · is told what to do, and the page stays usable', async () => {
  const page = await browser.open();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
  });
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('Press the button to try again').waitFor();
  expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).isEnabled()).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('single sign-on · goes to the provider and back, and out again, within the content security policy', async () => {
  const person = await aPerson(t.owner);
  provider.person = known(person);
  const page = await browser.open();
  await page.goto('/account/sessions');
  await page.getByRole('button', { name: 'Sign in with Example University' }).click();
  await page.waitForURL('**/account/sessions');
  await signOut(page);
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Sign out at Example University' }).click();
  await page.waitForURL((url) => url.origin === provider.issuer);
});

describe('an authenticator app', () => {
  test('is set up with its recovery codes, and signs in', async () => {
    const person = await aPerson(t.owner);
    const page = await browser.open(person);
    await page.goto('/account/second-step/app');
    expect(await accessibilityFaults(page)).toEqual([]);
    const letters = (await page.locator('code').textContent()) ?? '';
    const totp = new TOTP({ secret: Secret.fromBase32(letters.replaceAll(' ', '')) });
    await page.locator('[name=code]').fill(totp.generate({ timestamp: Date.now() - HALF_MINUTE }));
    await page.locator('[name=password]').fill(person.password);
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('heading', { name: 'Your second step is set up' }).waitFor();
    expect(await page.locator('.app-codes li').count()).toBe(10);
    const recovery = await page.locator('.app-codes code').first().textContent();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'I have kept them: go on' }).click();
    for (const code of [totp.generate(), recovery ?? '']) {
      await signOut(page);
      await page.locator('[name=email]').fill(person.email);
      await page.locator('[name=password]').fill(person.password);
      await page.locator('[name=password]').press('Enter');
      await page.locator('[name=code]').fill(code);
      await page.locator('[name=code]').press('Enter');
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    }
  });
});
