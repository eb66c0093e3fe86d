import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sweepUnclaimedFiles } from '../../server/notes/attachments/unclaimed-files-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { createLog } from '../../server/web/log.ts';
import { aFullStudy, aNote, anAttachment } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let claimed: string;
const place = (...parts: string[]) => path.join(t.config.uploadsFolder, ...parts);
const sweep = () => sweepUnclaimedFiles(t.database.db, t.config.uploadsFolder, createLog('silent'));
const names = async (folder: string) =>
  (await readdir(folder, { withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name);

async function aFile(name: string, ageMs: number, folder = place()): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), name);
  const then = new Date(Date.now() - ageMs);
  await utimes(path.join(folder, name), then, then);
  return name;
}

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
});
beforeEach(async () => {
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
  claimed = (await anAttachment(t.owner, cast.study.id, { noteId: note.id, by: cast.researcher.membershipId }))
    .storedName;
});

describe('files that no note has', () => {
  test('are put aside after an hour, and everything else stays', async () => {
    const orphan = await aFile(`${newId()}.png`, HOUR_MS + 5000);
    const fresh = await aFile(`${newId()}.png`, HOUR_MS - 60_000);
    const foreign = await aFile('.gitkeep', 40 * DAY_MS);
    await aFile(claimed, 40 * DAY_MS);
    await sweep();
    const there = await names(place());
    expect(there).toEqual(expect.arrayContaining([fresh, foreign, claimed]));
    expect(there).not.toContain(orphan);
    expect(await readFile(place('unclaimed', orphan), 'utf8')).toBe(orphan);
    // Put aside now, so that the thirty days begin now.
    expect(Date.now() - (await stat(place('unclaimed', orphan))).mtimeMs).toBeLessThan(HOUR_MS);
  });

  test('come back when a note has them after all, and go when nobody has for thirty days', async () => {
    await aFile(claimed, 40 * DAY_MS, place('unclaimed'));
    const old = await aFile(`${newId()}.pdf`, 30 * DAY_MS + HOUR_MS, place('unclaimed'));
    const waiting = await aFile(`${newId()}.pdf`, 29 * DAY_MS, place('unclaimed'));
    await sweep();
    expect(await readFile(place(claimed), 'utf8')).toBe(claimed);
    const aside = await names(place('unclaimed'));
    expect(aside).toContain(waiting);
    expect(aside).not.toContain(old);
    expect(aside).not.toContain(claimed);
  });
});
