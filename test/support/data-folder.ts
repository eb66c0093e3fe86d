import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseHome } from './program.ts';

/** A new folder for the program's data that the database's user can reach, and what takes it away again. */
export async function aDataFolder(mode = 0o755): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
  await chmod(folder, mode);
  return {
    folder,
    async remove() {
      await rm(await databaseHome(folder), { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
