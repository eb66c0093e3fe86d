import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import knex from 'knex';
import { chromium, type Page } from 'playwright-core';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { median, ms, printTable } from './measure.ts';

// What a coder waits for in the browser, on a note of 20,000 words with 2,000 codings: until the page can be coded, and
// from the key that codes until the new coding is painted.

const WORDS = 'the worker held the door open for the member and asked about the garden while they laughed '.repeat(8);
const PARAGRAPHS = 147;
const ROUNDS = 7;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  let program: Program | undefined;
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    await prepareDatabase(server.url);
    const { cast, path: notePath } = await aLongNote(server.url);
    program = new Program({ env: { DATABASE_URL: server.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const page = await browser.newPage({ baseURL: await program.address(), viewport: { width: 1440, height: 900 } });
    await page.goto('/sign-in');
    await page.locator('[name=email]').fill(cast.researcher.email);
    await page.locator('[name=password]').fill(cast.researcher.password);
    await page.locator('[name=password]').press('Enter');
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    const ready: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) ready.push(await untilReady(page, notePath));
    const shown = await untilShown(page);
    printTable([
      { what: 'Ready to code, from the click on', result: ms(median(ready.slice(1))), goal: 'goal ≤ 1 s' },
      { what: 'A new coding painted, from its key on', result: ms(median(shown)), goal: 'goal ≤ 100 ms' },
    ]);
  } finally {
    await browser.close();
    await program?.stop();
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function aLongNote(url: string) {
  const owner = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  const cast = await aFullStudy(owner);
  const by = cast.researcher.membershipId;
  const body = Array.from({ length: PARAGRAPHS }, () => WORDS.trim()).join('\n\n');
  const note = await aNote(owner, cast.study.id, { visitId: cast.visit.id, by, body });
  const themes = [];
  for (let index = 0; index < 45; index += 1)
    themes.push(await aTheme(owner, cast.study.id, { by, name: `Theme ${index}` }));
  const step = Math.floor((body.length - 200) / 2000);
  for (let index = 0; index < 2000; index += 1) {
    const start = index * step;
    const themeId = themes[index % 45]!.id;
    await aCoding(owner, cast.study.id, { note, by, themeId, start, end: start + 40 + (index % 90) });
  }
  await owner.raw('vacuum analyze');
  await owner.destroy();
  return { cast, path: `${cast.study.path}/notes/${note.id}/coding` };
}

// Milliseconds from the beginning of the navigation until the script has taken the page over and the browser is idle.
async function untilReady(page: Page, notePath: string): Promise<number> {
  await page.goto(notePath, { waitUntil: 'commit' });
  await page.locator('#show-keys').waitFor();
  return page.evaluate(
    () => new Promise<number>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))),
  );
}

// A theme is used once by name; after that its number codes one sentence after the other.
async function untilShown(page: Page): Promise<number[]> {
  await page.locator('#reading').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Theme 7');
  await page.keyboard.press('Enter');
  await page.locator('#coding-status').getByText('Coded with').waitFor();
  const taken: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    for (let word = 0; word < 3; word += 1) await page.keyboard.press('ArrowRight');
    await page.evaluate(() => {
      const list = document.getElementById('coding-list')!;
      (window as unknown as { shown: Promise<number> }).shown = new Promise((resolve) => {
        let pressed = 0;
        document.addEventListener('keydown', () => (pressed = performance.now()), { capture: true, once: true });
        new MutationObserver((_, observer) => {
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
        }).observe(list, { childList: true });
      });
    });
    await page.keyboard.press('1');
    taken.push(await page.evaluate(() => (window as unknown as { shown: Promise<number> }).shown));
  }
  return taken.slice(3);
}

await main();
