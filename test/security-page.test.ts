import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(ROOT, 'docs/security.md'), 'utf8');

const named = (pattern: RegExp): string[] => [...new Set([...page.matchAll(pattern)].map(([, name]) => name!))];

describe('docs/security.md', () => {
  test('names tests that exist', () => {
    const tests = named(/`(test\/[\w./-]+)`/g);
    expect(tests.length).toBeGreaterThan(30);
    expect(tests.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('quotes the names of tests as they are', () => {
    const quotes = [...page.matchAll(/“([^”]+)” in `(test\/[^`]+)`|`(test\/[^`]+)` \(“([^”]+)”\)/g)].map(
      ([, before, file, other, after]) => ({ file: (file ?? other)!, words: (before ?? after)! }),
    );
    expect(quotes.length).toBeGreaterThan(2);
    const plain = (text: string): string => text.replaceAll(/[’']/g, "'");
    expect(
      quotes.filter(({ file, words }) => !plain(readFileSync(path.join(ROOT, file), 'utf8')).includes(plain(words))),
    ).toEqual([]);
  });

  test('names code, migrations, decisions and scripts that exist', () => {
    const code = [
      ...named(/`((?:server|migrations|views)\/[\w./-]+)`/g),
      ...named(/\]\((decisions\/[\w.-]+|[\w-]+\.md)\)/g).map((file) => `docs/${file}`),
    ];
    expect(code.length).toBeGreaterThan(15);
    expect(code.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    expect(named(/`npm run ([\w:]+)/g).filter((script) => !(script in scripts))).toEqual([]);
  });

  test('answers every row of the standard: 32, and that of level 3', () => {
    const rows = [...page.matchAll(/^\| (\d+|L3) \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)];
    expect(rows.map(([, number]) => number)).toEqual([
      ...Array.from({ length: 32 }, (_, index) => `${index + 1}`),
      'L3',
    ]);
    expect(rows.filter(([, , ...cells]) => cells.some((cell) => cell.trim() === ''))).toEqual([]);
    // Answered by a test or by words.
    expect(rows.filter(([, , , , answer]) => !/`test\/|written answer/.test(answer!))).toEqual([]);
  });
});
