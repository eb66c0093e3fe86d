import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../shared/errors.ts';
import { ensureWritable, keepOnce } from './data-folder.ts';
import type { Account } from './embedded-account.ts';

/** Where root keeps what the database's user must reach, when the project lies in a folder that only root may read. */
export const SHARED_HOME = '/var/lib/connecting-people-field-notes';

const POINTER = 'database-folder';

export function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Whether `account` may pass through every folder from the root down to `folder`. */
async function canReach(account: Account, folder: string): Promise<boolean> {
  if (!account) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

export async function ensureOwned(folder: string, account: Account, mode = 0o700): Promise<string> {
  await mkdir(folder, { recursive: true, mode });
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

/** A folder for data that are thrown away. */
export async function temporaryHome(account: Account): Promise<string> {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!(await canReach(account, parent).catch(() => false))) continue;
    return ensureOwned(await mkdtemp(path.join(await realpath(parent), 'fieldnotes-')), account);
  }
  throw new StartError(`There is no temporary folder that the database's user can reach. Set TMPDIR to one.`);
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    // Another file system. Only root comes here, and 'cp -a' keeps the files with the database's user.
    await promisify(execFile)('cp', ['-a', from, `${to}.part`]);
    await rename(`${to}.part`, to);
    await rm(from, { recursive: true });
  }
}

/**
 * The folder of a database that is kept: inside `dataFolder`, or, where the database's user cannot get there, below
 * SHARED_HOME with a file in `dataFolder` that says where, so that a project that is moved takes its data along.
 */
export async function durableHome(dataFolder: string, account: Account, say: (line: string) => void): Promise<string> {
  const data = await ensureWritable(dataFolder, 'DATA_FOLDER');
  const pointer = path.join(data, POINTER);
  const inside = path.join(data, 'postgres');
  if (!(await exists(pointer)) && (await canReach(account, data))) return ensureOwned(inside, account);

  const project = path.basename(path.dirname(data)).replaceAll(/[^\w-]+/g, '-');
  const home = await keepOnce(pointer, () => path.join(SHARED_HOME, `${project}-${randomBytes(4).toString('hex')}`));
  await mkdir(path.dirname(home), { recursive: true, mode: 0o755 });
  if (await exists(inside)) {
    say(`Moving the database from ${inside} to ${home}, where its user can reach it.`);
    await move(inside, home);
  }
  await ensureOwned(home, account);
  say(`The database's user cannot reach ${data}: the database is kept in ${home}.`);
  return home;
}
