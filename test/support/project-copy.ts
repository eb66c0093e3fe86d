import { execFile } from 'node:child_process';
import { chown, cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const PROJECT = path.join(import.meta.dirname, '../..');
const LEFT_OUT = new Set(['.git', '.data', '.assets', 'node_modules', 'uploads', 'test', 'docs']);

/** What `npm ci` leaves in a fresh clone at `target`, with folders that `user` may write where the program writes. */
export async function copyProject(target: string, user?: { uid: number; gid: number }): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  for (const name of await readdir(PROJECT)) {
    if (!LEFT_OUT.has(name)) await cp(path.join(PROJECT, name), path.join(target, name), { recursive: true });
  }
  const modules = [path.join(PROJECT, 'node_modules'), path.join(target, 'node_modules')] as const;
  // Hard links take no room and a second; where the temporary folder is on another disk, a real copy.
  await promisify(execFile)('cp', ['-al', ...modules]).catch(async () => {
    await rm(modules[1], { recursive: true, force: true });
    await promisify(execFile)('cp', ['-a', ...modules]);
  });
  for (const name of ['.', '.assets', 'uploads']) {
    await mkdir(path.join(target, name), { recursive: true });
    if (user) await chown(path.join(target, name), user.uid, user.gid);
  }
}
