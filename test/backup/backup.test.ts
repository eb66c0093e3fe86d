import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadDemonstration } from '../../seeds/demonstration.ts';
import { makeBackup } from '../../server/backup/backup-service.ts';
import type { Erasure } from '../../server/backup/manifest.ts';
import { restoreBackup } from '../../server/backup/restore-service.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme, sha256 } from '../support/builders.ts';
import { oneOfEach } from '../support/one-of-each.ts';
import { queryOnce } from '../support/query-once.ts';
import { useTestApp } from '../support/test-app.ts';
import { allFiles, allGuards, allRows, anEmptyInstallation, type Installation } from './an-installation.ts';

const t = useTestApp();
const NOT_KEPT = ['sessions', 'account_links', 'sign_in_limits'];
const VERSION_1 = path.join(import.meta.dirname, 'version-1.backup');
let folder: string;
let cast: Awaited<ReturnType<typeof aFullStudy>>;
const empties: Installation[] = [];

const source = (key?: string) => ({ url: t.url, uploadsFolder: t.config.uploadsFolder, key, productVersion: '9.9.9' });
async function anEmpty(given: Parameters<typeof anEmptyInstallation>[0] = {}): Promise<Installation> {
  const made = await anEmptyInstallation(given);
  empties.push(made);
  return made;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-backups-'));
  await loadDemonstration(t.owner);
  cast = await aFullStudy(t.owner);
  const { attachment } = await oneOfEach(t, cast);
  await writeFile(path.join(t.config.uploadsFolder, `${newId()}.png`), 'belongs to nobody');
  const awkward = 'tab\t, \\N, \\., a backslash at the end \\\r\nline two “quoted” 👋🏽\u2028';
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by: cast.researcher.membershipId,
    body: awkward,
  });
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId });
  await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by: cast.lead.membershipId, start: 0, end: 9 });
  // As it was kept: the file that oneOfEach() writes is another than its row says.
  await t
    .owner('attachments')
    .where({ id: attachment })
    .update({ sha256: sha256('bytes') });
}, 60_000);
afterAll(async () => {
  for (const one of empties) await one.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  test('restored into an empty installation · is the same in every row, byte and guard', async () => {
    const file = path.join(folder, 'plain.backup');
    const manifest = await makeBackup(source(), file);
    const empty = await anEmpty();
    expect(await restoreBackup(empty.target, file)).toEqual(manifest);

    const [before, after] = [await allRows(t.url, NOT_KEPT), await allRows(empty.url, NOT_KEPT)];
    expect(after).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThan(1500);
    expect(Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows]))).toEqual(
      Object.fromEntries(Object.entries(before).map(([name, rows]) => [name, rows.length])),
    );
    expect(await allGuards(empty.url)).toEqual(await allGuards(t.url));
    const named: string[] = await t.owner('attachments').pluck('stored_name');
    const files = await allFiles(t.config.uploadsFolder);
    expect(await allFiles(empty.uploadsFolder)).toEqual(Object.fromEntries(named.map((name) => [name, files[name]])));
    // Nobody comes back in by what let them in before.
    const restored = await allRows(empty.url);
    expect(NOT_KEPT.flatMap((name) => restored[name])).toEqual([]);
  }, 60_000);

  test('made while people work · holds everything acknowledged before it began, and each change whole or not at all', async () => {
    const session = await BrowserSession.as(t.app, cast.researcher);
    const token = await session.token();
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
    const at = `${cast.study.path}/notes/${note.id}`;
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId });
    let working = true;
    const done = { saves: 0, codings: 0, files: 0 };
    const work = async (kind: keyof typeof done, once: (count: number) => Promise<number>): Promise<void> => {
      for (let count = 1; working; count += 1) {
        expect(await once(count)).toBeLessThan(400);
        done[kind] += 1;
      }
    };
    const post = async (to: string, body: object): Promise<number> =>
      (await session.agent.post(to).set('Accept', 'application/json').set('x-csrf-token', token).send(body)).status;
    const saves = work('saves', (base) =>
      post(`${at}/revisions`, { id: newId(), title: 'At work', body: `Somebody talked. ${base}`, base }),
    );
    const coded = await aNote(t.owner, cast.study.id, {
      visitId: cast.visit.id,
      by: cast.researcher.membershipId,
      body: 'word '.repeat(2000),
    });
    const codings = work('codings', (count) =>
      post(`${cast.study.path}/notes/${coded.id}/codings`, {
        revision: 1,
        themes: [theme.id],
        ids: [newId()],
        start: count,
        end: count + 3,
      }),
    );
    const files = work(
      'files',
      async (count) =>
        (
          await session.agent
            .post(`${at}/attachments`)
            .field('_csrf', token)
            .field('id', newId())
            .attach('file', Buffer.from(`File ${count}\n`.repeat(count)), 'list.txt')
        ).status,
    );
    while (Math.min(...Object.values(done)) < 3) await session.get('/account');
    const acknowledged = { ...done };
    const file = path.join(folder, 'at-work.backup');
    const manifest = await makeBackup(source(), file);
    working = false;
    await Promise.all([saves, codings, files]);

    const empty = await anEmpty();
    await restoreBackup(empty.target, file);
    const [found] = await queryOnce<Record<string, number>>(
      empty.url,
      `select (select count(*)::int - 1 from note_revisions where note_id = $1) as saves,
              (select latest_revision - 1 from notes where id = $1) as latest,
              (select count(*)::int from codings where note_id = $2) as codings,
              (select count(*)::int from events where kind = 'coding.made' and subject_id in (select id from codings where note_id = $2)) as events,
              (select count(*)::int from attachments where note_id = $1) as files`,
      [note.id, coded.id],
    );
    for (const kind of ['saves', 'codings', 'files'] as const)
      expect(found![kind]).toBeGreaterThanOrEqual(acknowledged[kind]);
    expect(found).toMatchObject({ latest: found!.saves, events: found!.codings });
    expect(manifest.files.filter(({ state }) => state !== 'kept')).toEqual([]);
    const rows = await queryOnce<{ stored_name: string; sha256: string }>(
      empty.url,
      'select stored_name, sha256 from attachments',
    );
    const restored = await allFiles(empty.uploadsFolder);
    expect(Object.keys(restored).toSorted()).toEqual(rows.map((row) => row.stored_name).toSorted());
    for (const row of rows) expect(sha256(Buffer.from(restored[row.stored_name]!, 'hex'))).toBe(row.sha256);
  }, 60_000);

  test('says which files are lost or not as they were kept, and keeps the rest · when the uploads folder was touched', async () => {
    const [row] = await t.owner('attachments').limit(1);
    const place = path.join(t.config.uploadsFolder, row.stored_name);
    const state = async (name: string): Promise<string | undefined> =>
      (await makeBackup(source(), path.join(folder, name))).files.find((one) => one.name === row.stored_name)?.state;
    await writeFile(place, 'other bytes');
    expect(await state('touched.backup')).toBe('changed');
    await rm(place);
    expect(await state('lost.backup')).toBe('missing');
    await writeFile(place, 'bytes');
    const empty = await anEmpty();
    await restoreBackup(empty.target, path.join(folder, 'lost.backup'));
    expect(Object.keys(await allFiles(empty.uploadsFolder))).not.toContain(row.stored_name);
  }, 60_000);

  test('of version 1 · is restored into this version', async () => {
    const empty = await anEmpty();
    const manifest = await restoreBackup(empty.target, VERSION_1);
    expect(manifest.migrations.at(-1)).toBe('20261125000800_create_saved_queries.ts');
    // What was in it, counted when it was made.
    const [found] = await queryOnce(
      empty.url,
      `select (select count(*)::int from studies) as studies, (select count(*)::int from notes) as notes,
              (select count(*)::int from codings) as codings, (select count(*)::int from note_search) as searched,
              (select body from memos) as memo, (select count(*)::int from codings join note_revisions on note_revisions.id = revision_id
                where substring(body from start_position + 1 for end_position - start_position) = quote) as in_place`,
    );
    expect(found).toEqual({
      studies: 2,
      notes: 35,
      codings: 712,
      searched: 35,
      memo: 'A tab\t, a backslash \\ and\na new line: “kept as they are” 👋🏽',
      in_place: 712,
    });
    const files = await allFiles(empty.uploadsFolder);
    expect(
      Object.values(files)
        .map((bytes) => sha256(Buffer.from(bytes, 'hex')).slice(0, 8))
        .toSorted(),
    ).toEqual(['4e1e040a', '6b7fa434']);
    // Brought up to date, with nothing left for a start to do.
    const names = (await readdir(path.join(import.meta.dirname, '../../migrations'))).toSorted();
    const done = await queryOnce<{ name: string }>(empty.url, 'select name from knex_migrations order by name');
    expect(done.map(({ name }) => name)).toEqual(names);
    expect(await allGuards(empty.url)).toEqual(await allGuards(t.url));
  }, 60_000);
});

describe('a restore', () => {
  test('hands over the erasures that are known besides, once each, before the installation can start', async () => {
    const seen: { erasures: readonly Erasure[]; start: unknown }[] = [];
    const erasures = [{ id: 'b', scope: 'all' }, { id: 'b', scope: 'all' }, { id: 'a' }];
    const empty = await anEmpty({
      erasures,
      applyErasures: async (owner, given) => {
        const names = await owner('participants').count({ count: '*' });
        seen.push({ erasures: given, start: [names[0]?.count, await owner.schema.hasTable('restore_under_way')] });
      },
    });
    await restoreBackup(empty.target, VERSION_1);
    expect(seen).toEqual([{ erasures: [{ id: 'b', scope: 'all' }, { id: 'a' }], start: ['70', true] }]);
    expect(await queryOnce(empty.url, `select to_regclass('public.restore_under_way') as mark`)).toEqual([
      { mark: null },
    ]);
  }, 60_000);

  test('lets no program start on it and can be done again · when it was broken off', async () => {
    const empty = await anEmpty();
    const failing = {
      ...empty.target,
      erasures: [{ id: 'a' }],
      applyErasures: async () => {
        throw new Error('broken off');
      },
    };
    await expect(restoreBackup(failing, VERSION_1)).rejects.toThrow('broken off');
    await expect(prepareDatabase(empty.url)).rejects.toThrow(
      /^A backup was being restored into this database, and that was not finished\. Run “npm run restore -- file” again/,
    );
    await restoreBackup(empty.target, VERSION_1);
    await prepareDatabase(empty.url);
    expect((await allRows(empty.url)).codings).toHaveLength(712);
    expect(await allGuards(empty.url)).toEqual(await allGuards(t.url));
  }, 60_000);

  test('is refused and changes nothing · where there are people already', async () => {
    const file = path.join(folder, 'for-others.backup');
    await makeBackup(source(), file);
    const before = await allRows(t.url);
    const here = { ...(await anEmpty()).target, url: t.url };
    await expect(restoreBackup(here, file)).rejects.toThrow(
      /^The installation is not empty: it has \d+ people and \d+ studies\. Restore into an empty one/,
    );
    expect(await allRows(t.url)).toEqual(before);
  });

  test('is refused and touches nothing · where the uploads folder holds files of an installation', async () => {
    const empty = await anEmpty();
    const theirs = `${newId()}.png`;
    await writeFile(path.join(empty.uploadsFolder, theirs), 'theirs');
    await expect(restoreBackup(empty.target, VERSION_1)).rejects.toThrow(
      /^The uploads folder is not empty: it has a file of an installation\./,
    );
    expect(await allRows(empty.url)).toEqual({});
    expect(Object.keys(await allFiles(empty.uploadsFolder))).toEqual([theirs]);
  });

  test('done again · neither writes over nor takes away a file that it finds', async () => {
    const empty = await anEmpty();
    const failing = {
      ...empty.target,
      erasures: [{ id: 'a' }],
      applyErasures: () => Promise.reject(new Error('broken off')),
    };
    await expect(restoreBackup(failing, VERSION_1)).rejects.toThrow('broken off');
    const before = await allFiles(empty.uploadsFolder);
    const [first, last] = Object.keys(before).toSorted();
    await writeFile(path.join(empty.uploadsFolder, last!), 'theirs');
    await expect(restoreBackup(empty.target, VERSION_1)).rejects.toThrow(
      `The uploads folder has another file named ${last}.`,
    );
    const after = await allFiles(empty.uploadsFolder);
    expect(after).toEqual({ [first!]: before[first!], [last!]: Buffer.from('theirs').toString('hex') });
  }, 60_000);

  test('is refused · where something else keeps its tables', async () => {
    const empty = await anEmpty();
    await queryOnce(empty.url, 'create table shopping (item text)');
    await expect(restoreBackup(empty.target, VERSION_1)).rejects.toThrow(
      'The database holds tables of something else.',
    );
  });
});
