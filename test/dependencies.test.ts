import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

type Manifest = {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides?: Record<string, string>;
};
type Lock = {
  lockfileVersion: number;
  packages: Record<
    string,
    { version?: string; resolved?: string; integrity?: string; link?: boolean; bundled?: boolean; inBundle?: boolean }
  >;
};
const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as Lock;

describe('dependencies', () => {
  test('are named with one exact version each', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
    expect(Object.keys(all).length).toBeGreaterThan(50);
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('are locked, all that is below them too, from the registry and with a checksum', () => {
    const locked = lock.packages[''] as unknown as Manifest;
    expect(locked.dependencies).toEqual(manifest.dependencies);
    expect(locked.devDependencies).toEqual(manifest.devDependencies);
    const below = Object.entries(lock.packages).filter(
      ([name, { link, inBundle }]) => name !== '' && !link && !inBundle,
    );
    expect(below.length).toBeGreaterThan(300);
    expect(
      below
        .filter(
          ([, { resolved, integrity }]) =>
            !(resolved ?? 'https://').startsWith('https://') || !integrity?.startsWith('sha512-'),
        )
        .map(([name]) => name),
    ).toEqual([]);
  });

  test('that run with the program each stand in docs/dependencies.md with a reason, and nothing else does', () => {
    const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(manifest.dependencies).toSorted());
    expect(rows.filter(([, , ...cells]) => cells.some((cell) => cell.trim() === ''))).toEqual([]);
  });

  test('have the licence that the list says, and none that asks for more than to be named', () => {
    const rows = new Map(
      [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|/gm)].map(([, name, licence]) => [
        name!,
        licence!,
      ]),
    );
    for (const name of Object.keys(manifest.dependencies)) {
      const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as { license?: string };
      const said = rows.get(name) ?? '';
      // passport-local names its licence in a file only.
      const own = (license ?? 'MIT').split(' AND ')[0]!;
      expect([name, said]).toEqual([name, expect.stringContaining(own)]);
      expect([name, own]).toEqual([
        name,
        expect.stringMatching(/^(?:MIT|MIT-0|ISC|BSD-[23]-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0|0BSD)$/),
      ]);
    }
  });
});
