import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { asAccount, type Db } from '../../database/connection.ts';
import { listUnclaimed } from './unclaimed-files-queries.ts';

type Tell = { info(what: object, words: string): void };

/** Files that no note has wait here, in case the program was started on another database than theirs. */
export const UNCLAIMED = 'unclaimed';

const STORED_NAME = /^[0-9a-f-]{36}(\.[a-z0-9]{1,8})?$/;
// A file has its name a moment before its row is committed, by this process or another.
const SETTLED_MS = 60 * 60 * 1000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const ASKED_AT_ONCE = 1000;

/**
 * A crash between the two steps of keeping a file leaves a file that was never acknowledged and that no note has. Puts
 * such files aside, brings back those that a note has after all, and removes what nobody has claimed for thirty days.
 */
export async function sweepUnclaimedFiles(db: Db, folder: string, log: Tell): Promise<void> {
  const aside = path.join(folder, UNCLAIMED);
  const [there, waiting] = [await namesIn(folder), await namesIn(aside)];
  const unclaimed = new Set<string>();
  const all = [...new Set([...there, ...waiting])];
  for (let from = 0; from < all.length; from += ASKED_AT_ONCE) {
    const some = all.slice(from, from + ASKED_AT_ONCE);
    for (const name of await asAccount(db, {}, (trx) => listUnclaimed(trx, some))) unclaimed.add(name);
  }
  let [put, back, removed] = [0, 0, 0];
  for (const name of there) {
    if (!unclaimed.has(name) || (await ageOf(path.join(folder, name))) < SETTLED_MS) continue;
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(path.join(folder, name), path.join(aside, name));
    const now = new Date();
    await utimes(path.join(aside, name), now, now);
    put += 1;
  }
  for (const name of waiting) {
    if (!unclaimed.has(name)) {
      if (!there.includes(name)) await rename(path.join(aside, name), path.join(folder, name));
      back += 1;
    } else if ((await ageOf(path.join(aside, name))) > KEPT_MS) {
      await rm(path.join(aside, name), { force: true });
      removed += 1;
    }
  }
  if (put + back + removed > 0) log.info({ put, back, removed }, 'files that no note had were put aside');
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && STORED_NAME.test(entry.name)).map(({ name }) => name);
}

/** Milliseconds since it was last written; none when it is gone. */
async function ageOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found ? Date.now() - found.mtimeMs : 0;
}
