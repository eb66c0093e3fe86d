import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../shared/errors.ts';
import type { Erasure } from './manifest.ts';

/** Lies beside the backups: one line for each erasure, so that an older backup does not bring back what was erased since. */
export const ERASURES_FILE = 'erasures.jsonl';

/** Adds to the file beside the backups what it does not have yet, durably. Erasures have no content, only ids and scopes. */
export async function keepErasures(backupFolder: string, erasures: readonly Erasure[]): Promise<void> {
  if (erasures.length === 0) return;
  const file = path.join(backupFolder, ERASURES_FILE);
  const known = new Set((await readErasures(file)).map(({ id }) => id));
  const fresh = erasures.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return;
  await mkdir(backupFolder, { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.write(fresh.map((erasure) => `${JSON.stringify(erasure)}\n`).join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The erasures in such a file; none when there is no file. A line that cannot be read is refused, never skipped. */
export async function readErasures(file: string): Promise<Erasure[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        const erasure = JSON.parse(line) as Erasure;
        if (typeof erasure.id === 'string') return erasure;
      } catch {
        // Answered below.
      }
      throw new StartError(`Line ${index + 1} of ${file} is no record of an erasure. Correct it before restoring.`);
    });
}
