import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../shared/errors.ts';

/**
 * Makes `folder` and tries to write in it; gives its real path. `variable` is the environment variable that names it.
 * Throws a StartError that says why it cannot be written and what to do.
 */
export async function ensureWritable(folder: string, variable: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const probe = path.join(folder, `.probe-${randomBytes(6).toString('hex')}`);
    await writeFile(probe, '');
    await rm(probe);
    return await realpath(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new StartError(
      `The folder ${path.resolve(folder)} cannot be written (${code}). Let this user write there, or set ${variable} to another folder.`,
    );
  }
}

/** Makes what was written to a file, or the names in a folder, safe from a power cut. */
export async function makeDurable(place: string): Promise<void> {
  const handle = await open(place, 'r');
  await handle.sync().finally(() => handle.close());
}

async function writeSynced(file: string, text: string, owner: { uid: number; gid: number } | undefined): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (owner) await chown(file, owner.uid, owner.gid);
}

/** Writes a new file that only its owner may read, whole and on the disk, never over another one. */
export async function writePrivately(file: string, text: string, owner?: { uid: number; gid: number }): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeSynced(draft, text, owner);
    await link(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * What `file` holds; if there is none, what `make` gives, which is then kept there. Of several programs that ask at
 * once, all get what the first has written.
 */
export async function keepOnce(file: string, make: () => string): Promise<string> {
  const read = (): Promise<string> => readFile(file, 'utf8').then((text) => text.trim());
  const kept = await read().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StartError(
      `The file ${file} cannot be read (${error.code}). Start the program as the user it belongs to.`,
    );
  });
  if (kept) return kept;
  await writePrivately(file, make()).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return read();
}
