import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { MANIFEST, type Manifest, tableEntry } from '../../server/exchange/archive/manifest.ts';
import { aPerson } from '../support/builders.ts';
import { aStudyWithEverything } from '../support/study-with-everything.ts';
import { useTestApp } from '../support/test-app.ts';
import { altered, archiveOf, restoreFile, writeAttachedFiles } from './archive-support.ts';

const here = useTestApp();
const there = useTestApp();

type Archive = { file: string; sha256: string; byteLength: number };
let archive: Archive;
let administrator: { id: string };

beforeAll(async () => {
  const { study } = await aStudyWithEverything(here);
  await writeAttachedFiles(here, study.id);
  archive = await archiveOf(here, study.id);
  administrator = await aPerson(there.owner, { isAdministrator: true });
});

const inManifest = (change: (manifest: Manifest) => void) => (parts: Record<string, string>) => {
  const manifest = JSON.parse(parts[MANIFEST]!) as Manifest;
  change(manifest);
  parts[MANIFEST] = JSON.stringify(manifest);
};
const inTable = (name: string, from: string | RegExp, to: string) => (parts: Record<string, string>) => {
  const entry = tableEntry(name);
  const before = parts[entry]!;
  parts[entry] = before.replace(from, to);
  expect(parts[entry]).not.toBe(before);
};

async function expectRefusal(given: Archive, sentence: string): Promise<void> {
  const uploads = await readdir(there.config.uploadsFolder);
  await expect(restoreFile(there, administrator, given)).rejects.toThrow(sentence);
  await expect(restoreFile(there, administrator, given)).rejects.toMatchObject({ name: 'Refusal' });
  expect(await there.owner('studies').pluck('id')).toEqual([]);
  expect(await there.owner('people').pluck('id')).toEqual([administrator.id]);
  expect(await there.owner('events').pluck('id')).toEqual([]);
  expect(await readdir(there.config.uploadsFolder)).toEqual(uploads);
}

describe('nothing is restored, and a sentence says why', () => {
  test.each<[string, string, (parts: Record<string, string>) => void, boolean]>([
    ['a part was changed', 'is not as it was made', inTable('notes', /"created_at"/, '"created_ät"'), false],
    ['a part was taken out', 'lacks its part', (parts) => void delete parts[tableEntry('codings')], false],
    ['a part was added', 'was put into the archive', (parts) => void (parts['x-fieldnotes/more.txt'] = 'more'), false],
    [
      'a table was taken out and the list corrected',
      'lacks its part',
      (parts) => void delete parts[tableEntry('codings')],
      true,
    ],
    [
      'another program wrote the list',
      'was not written by this program',
      (parts) => void (parts[MANIFEST] = '{"kind":"other"}'),
      false,
    ],
    ['the list is no JSON', 'was not written by this program', (parts) => void (parts[MANIFEST] = '{'), false],
    ['the list is of a newer format', 'newer version', inManifest((manifest) => void (manifest.format = 2)), true],
    [
      'the list lacks something',
      'cannot be read',
      inManifest((manifest) => void delete (manifest as Partial<Manifest>).trail),
      true,
    ],
    [
      'it has a table that is not known',
      'newer version',
      inManifest((manifest) => void (manifest.tables[0]!.name = 'dreams')),
      true,
    ],
    [
      'it has a column that is not known',
      'newer version',
      inManifest(({ tables }) => void tables.find(({ name }) => name === 'notes')!.columns.push('mood')),
      true,
    ],
    [
      'a file would be stored elsewhere',
      'cannot be read',
      inManifest(({ files }) => void (files[0]!.storedName = '../x.png')),
      true,
    ],
    [
      'an entry of the trail was changed',
      'The trail in the archive is not the one',
      inTable('events', 'note.completed', 'note.reopened'),
      true,
    ],
    [
      'an entry of the trail was taken out',
      'The trail in the archive is not the one',
      inTable('events', /^.*note\.completed.*\n/m, ''),
      true,
    ],
    [
      'a row breaks a rule of the data',
      'breaks a rule of the data',
      inTable('participants', '"declined"', '"perhaps"'),
      true,
    ],
    ['a row refers to what is not there', 'breaks a rule of the data', inTable('visits', /^.*\n/, ''), true],
    [
      'a row is there twice',
      'is here already',
      (parts) => void (parts[tableEntry('themes')] += parts[tableEntry('themes')]!),
      true,
    ],
    ['a row is of another study', 'breaks a rule', inTable('phases', /"study_id": "[0-9a-f]/, '"study_id": "g'), true],
  ])('when %s', async (_, sentence, change, resealed) => {
    await expectRefusal(await altered(there, archive.file, change, { resealed }), sentence);
  });

  test('when the file was cut off', async () => {
    const bytes = await readFile(archive.file);
    const file = path.join(there.config.uploadsFolder, 'cut.qdpx');
    await writeFile(file, bytes.subarray(0, bytes.length - 100));
    await expectRefusal({ ...archive, file }, 'not a whole ZIP archive');
  });

  test('when rows carry the id of another study', async () => {
    const other = '01999999-9999-7999-8999-999999999999';
    const change = inTable('phases', /"study_id": "[0-9a-f-]{36}"/, `"study_id": "${other}"`);
    await expectRefusal(await altered(there, archive.file, change), 'breaks a rule of the data');
  });
});

test('a study that is here already is left as it is · when an archive of it is sent', async () => {
  await expect(restoreFile(here, administrator, archive)).rejects.toThrow(
    'is here already, and a study is in an installation once',
  );
});

// A trigger without this condition would change or refuse rows of an archive.
test('every trigger that a new row of a study sets off rests while a study is restored', async () => {
  const { rows } = await here.owner.raw<{ rows: { name: string; rests: boolean }[] }>(`
    select tgrelid::regclass || ' ' || tgname as name, pg_get_triggerdef(pg_trigger.oid) ~ 'app.restoring.*(founded_just_now|CURRENT_USER)' as rests
      from pg_trigger join pg_attribute on attrelid = tgrelid and attname = 'study_id'
     where not tgisinternal and tgtype & 4 <> 0`);
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter(({ rests }) => !rests)).toEqual([]);
});

// read_study_people() names them one by one.
test('the people of an archive are all whom rows of a study can refer to', async () => {
  const { rows } = await here.owner.raw<{ rows: { place: string }[] }>(`
    select conrelid::regclass || ' ' || attname as place from pg_constraint
      join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f' and confrelid = 'people'::regclass
       and exists (select from pg_attribute own where own.attrelid = conrelid and own.attname = 'study_id') order by 1`);
  expect(rows.map(({ place }) => place)).toEqual(['invitations accepted_by', 'memberships person_id']);
});
