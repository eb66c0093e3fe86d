import { readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { MANIFEST, type Manifest, tableEntry } from '../../server/exchange/archive/manifest.ts';
import { aPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { archiveOf, partsOf, restoreFile } from './archive-support.ts';

// Archives that former versions made stay here for good: each is of a study with a row in every table there was.
const FOLDER = path.join(import.meta.dirname, 'archives');
const t = useTestApp();

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.qdpx')))(
  '%s is restored by this version',
  async (name) => {
    const file = path.join(t.config.uploadsFolder, name);
    await copyFile(path.join(FOLDER, name), file);
    const before = await partsOf(file);
    const manifest = JSON.parse(before[MANIFEST]!) as Manifest;
    expect(name).toBe(`version-${manifest.program.version}.qdpx`);
    const id = await restoreFile(t, await aPerson(t.owner), { file, sha256: 'a'.repeat(64), byteLength: 1 });
    expect(await t.owner('studies').where({ id }).pluck('name')).toEqual([
      `An archive of version ${manifest.program.version}`,
    ]);

    // An archive of it now says the same, but for columns that have come since then.
    const after = await partsOf((await archiveOf(t, id)).file);
    for (const { name: table, columns, rows } of manifest.tables) {
      const asItWas = (text: string): unknown[] =>
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => Object.fromEntries(Object.entries(JSON.parse(line)).filter(([key]) => columns.includes(key))));
      expect([table, asItWas(before[tableEntry(table)]!).length]).toEqual([table, rows]);
      expect([table, asItWas(after[tableEntry(table)]!)]).toEqual([table, asItWas(before[tableEntry(table)]!)]);
    }
  },
);
