import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

// Everything that is measured, one after the other, each in a process of its own so that none warms up or slows another.
// Sizes that are given go to those that know them; otherwise each has the size that its goal is set for.

const SIZES = ['notes', 'codings', 'rounds'] as const;
type Size = (typeof SIZES)[number];

const BENCHES: { file: string; what: string; knows: readonly Size[] }[] = [
  { file: 'study', what: 'A large study over HTTP', knows: SIZES },
  { file: 'coding', what: 'Adding codings, and the page to code on', knows: ['rounds'] },
  { file: 'workspace', what: 'Coding in the browser', knows: [] },
  { file: 'painting', what: 'Ways to paint coded passages, in the browser', knows: [] },
  { file: 'search', what: 'Search', knows: ['notes', 'rounds'] },
  { file: 'pictures', what: 'Pictures', knows: SIZES },
  { file: 'exports', what: 'Exports in every format', knows: SIZES },
  { file: 'exchange', what: 'Whole studies out and in', knows: SIZES },
  { file: 'archives', what: 'Archives of whole studies, made and restored', knows: ['notes', 'codings'] },
  { file: 'disclosure', what: 'Exports for people outside', knows: ['notes', 'codings'] },
];

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string' },
    codings: { type: 'string' },
    rounds: { type: 'string' },
    // "search,pictures"
    only: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const wanted = given.only?.split(',').map((name) => name.trim());
  const unknown = wanted?.find((name) => !BENCHES.some(({ file }) => file === name));
  if (unknown !== undefined)
    throw new Error(`There is no “${unknown}”. Choose from ${BENCHES.map(({ file }) => file).join(', ')}.`);
  const failed: string[] = [];
  for (const { file, what, knows } of BENCHES) {
    if (wanted && !wanted.includes(file)) continue;
    console.log(`\n${what} (npm run bench:${file})`);
    const sizes = knows.flatMap((name) => (given[name] === undefined ? [] : [`--${name}`, given[name]]));
    if ((await run(file, sizes)) !== 0) failed.push(file);
  }
  if (failed.length === 0) return;
  console.error(`\nNot measured, for the reason said there: ${failed.join(', ')}.`);
  process.exitCode = 1;
}

function run(file: string, options: string[]): Promise<number | null> {
  const program = path.join(import.meta.dirname, `${file}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...options], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

await main();
