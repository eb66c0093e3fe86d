import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import { median, ms, printTable, type Row } from './measure.ts';

// Three ways to show 2,000 coded passages in a note of 20,000 words, each in a page of its own: <mark> elements as the
// coding page has them, the CSS Custom Highlight API, and @recogito/text-annotator, which is not among the project's
// packages: npm install --no-save --engine-strict=false @recogito/text-annotator@4.1.1

const ROUNDS = 7;
const WAYS = ['marks', 'highlights', 'recogito'] as const;
type Way = (typeof WAYS)[number];
type Measured = { registered: number; painted: number; oneMore: number; found: number };

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

async function main(): Promise<void> {
  const script = await bundle(`import './painting-page.ts';`);
  const library = await bundle(`import * as library from '@recogito/text-annotator'; window.Recogito = library;`);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const rows: Row[] = [];
  for (const way of WAYS) {
    const measured: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.setContent('<!doctype html><html lang="en"><title>Painting</title><main id="text"></main></html>');
      await page.addScriptTag({ content: library });
      await page.addScriptTag({ content: script });
      const taken = await page.evaluate((chosen) => (window as unknown as { paint: Paint }).paint(chosen), way);
      measured.push({ ...taken, found: await toldToScreenReaders(page) });
      await page.close();
    }
    rows.push(rowOf(way, measured));
  }
  await browser.close();
  printTable(rows);
}

type Paint = (way: Way) => Promise<Omit<Measured, 'found'>>;

function rowOf(way: Way, measured: Measured[]): Row {
  const of = (key: keyof Measured) => median(measured.map((each) => each[key]));
  const times = `registered ${ms(of('registered'))}, painted ${ms(of('painted'))}, one more painted ${ms(of('oneMore'))}`;
  return { what: way, result: `${times}; passages told to screen readers: ${of('found')}` };
}

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
  });
  return outputFiles[0]!.text;
}

// What the browser's accessibility tree says is marked.
async function toldToScreenReaders(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes.filter(({ role }) => role?.value === 'mark').length;
}

await main();
