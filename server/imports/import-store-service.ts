import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from '../exchange/durable-file-service.ts';
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
      const storedName = nameFor(extension);
      return { storedName, ...(await writeDurably(pathOf(storedName), pieces)) };
    },
    async removeAll() {
      for (const storedName of written) await remove(storedName);
    },
  };
}
