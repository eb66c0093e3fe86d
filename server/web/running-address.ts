import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

// While a program runs, a file in the data folder says where: one a process, for several may share the folder.

const PREFIX = 'running-';
const PATIENCE_MS = 5_000;

/** `shown` is the address for people, `local` the one that answers on this machine. */
export type RunningAddress = { shown: string; local: string };

/** Writes down where this process runs. Gives what takes it back. Forgets programs that were killed. */
export async function announceAddress(folder: string, address: RunningAddress): Promise<() => Promise<void>> {
  for (const { pid, file } of await announced(folder)) if (!isAlive(pid)) await rm(file, { force: true });
  const file = path.join(folder, `${PREFIX}${process.pid}`);
  await writeFile(file, JSON.stringify(address), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** The address for people of a program that runs on the data in `folder` and answers; undefined when none does. */
export async function findRunningAddress(folder: string): Promise<string | undefined> {
  for (const { pid, file } of await announced(folder)) {
    if (!isAlive(pid)) continue;
    try {
      const { shown, local } = JSON.parse(await readFile(file, 'utf8')) as RunningAddress;
      if ((await fetch(`${local}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok) return shown;
    } catch {
      // It has just stopped, or its process id is another program's by now.
    }
  }
  return undefined;
}

async function announced(folder: string): Promise<{ pid: number; file: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ pid: Number(name.slice(PREFIX.length)), file: path.join(folder, name) }));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
