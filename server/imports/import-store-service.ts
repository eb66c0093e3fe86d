import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeDurable } from '../database/data-folder.ts';
import { measured } from '../exchange/measured.ts';
import { newId } from '../shared/ids.ts';
import { keepFile, type ReceivedFile } from '../web/uploads.ts';

export type StoredFile = { storedName: string; byteLength: number; sha256: string };

/** Keeps the files of one import under names of its own, and can take all of them away again. */
export type ImportStore = {
  take: (file: ReceivedFile, extension: string) => Promise<StoredFile>;
  write: (pieces: AsyncIterable<Buffer>, extension: string) => Promise<StoredFile>;
  pathOf: (storedName: string) => string;
  remove: (storedName: string) => Promise<void>;
  removeAll: () => Promise<void>;
};

export function openImportStore(folder: string): ImportStore {
  const written = new Set<string>();
  const pathOf = (storedName: string): string => path.join(folder, path.basename(storedName));
  const nameFor = (extension: string): string => {
    const storedName = `${newId()}.${/^[a-z0-9]{1,8}$/.test(extension) ? extension : 'bin'}`;
    written.add(storedName);
    return storedName;
  };

  async function remove(storedName: string): Promise<void> {
    written.delete(storedName);
    await rm(pathOf(storedName), { force: true });
  }

  return {
    pathOf,
    remove,
    async take(file, extension) {
      const storedName = nameFor(extension);
      await keepFile(folder, file, storedName);
      return { storedName, byteLength: file.byteLength, sha256: file.sha256 };
    },
    async write(pieces, extension) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const storedName = nameFor(extension);
      const { pieces: passing, result } = measured(pieces);
      await pipeline(Readable.from(passing), createWriteStream(pathOf(storedName), { flags: 'wx', mode: 0o600 }));
      await makeDurable(pathOf(storedName));
      return { storedName, ...result() };
    },
    async removeAll() {
      for (const storedName of written) await remove(storedName);
    },
  };
}
