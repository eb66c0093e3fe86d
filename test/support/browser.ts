import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { TestApp } from './test-app.ts';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium on the real application. */
export type TestBrowser = {
  /** The application's address, without a slash at its end. */
  origin: string;
  /** A page in a window of its own, signed in as `person` unless none is given; closed after the test. */
  open(person?: { email: string; password: string }, options?: BrowserContextOptions): Promise<Page>;
  /** From now on what is asked of addresses like `address` is done, and its answer lost on the way; stops when called. */
  loseAnswers(address: RegExp): () => void;
};

/**
 * Call beside useTestApp: `const t = useTestApp(); const browser = useBrowser(t);`. Every page that opens fails its test
 * when it reports an error of its own scripts or breaks the content security policy. `port` where the application has to
 * know it beforehand, and `name` where a number will not do.
 */
export function useBrowser(test: TestApp, { name = '127.0.0.1', port = 0 } = {}): TestBrowser {
  const site = {} as TestBrowser;
  const faults: string[] = [];
  let server: Server;
  let browser: Browser;
  let lost: RegExp | undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (lost?.test(request.url ?? '')) response.end = () => response.destroy();
      test.app(request, response);
    }).listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    site.origin = `http://${name}:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: await browserPath(), args: FLAGS });
  }, 120_000);

  site.open = async (person, options = {}) => {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-GB', ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    if (person) {
      await page.goto('/sign-in');
      await page.locator('[name=email]').fill(person.email);
      await page.locator('[name=password]').fill(person.password);
      await page.locator('[name=password]').press('Enter');
      await page.waitForURL((url) => url.pathname !== '/sign-in');
    }
    return page;
  };

  site.loseAnswers = (address) => {
    lost = address;
    return () => (lost = undefined);
  };

  afterEach(async () => {
    lost = undefined;
    for (const context of browser?.contexts() ?? []) await context.close();
    const seen = faults.splice(0);
    if (seen.length > 0) throw new Error(`the browser reported:\n${seen.join('\n')}`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  return site;
}

/** A port that nobody listens on at this moment. */
export async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, worded for a failing test; empty when nothing. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`,
  );
}

// Debian's where it is installed; else the one inside the npm package, which unpacks itself into the temporary folder.
async function browserPath(): Promise<string> {
  const chosen = process.env.CHROMIUM_PATH ?? INSTALLED.find((file) => existsSync(file));
  if (chosen !== undefined) return chosen;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}
