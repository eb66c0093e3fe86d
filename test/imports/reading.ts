import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { readDocument } from '../../server/imports/reading/document-reading-service.ts';

/** Reads documents in a folder that goes after the tests. */
export function useReading() {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'documents-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function read(name: string, content: string | Buffer) {
    const file = path.join(folder, 'document');
    await writeFile(file, content);
    const { text, remarks, kind, pictures } = await readDocument({ file, name });
    return { text, remarks, kind, pictures: pictures.map(({ extension }) => extension) };
  }
  return {
    read,
    refusal: (name: string, content: string | Buffer): Promise<string> =>
      read(name, content).then(
        () => 'read',
        (error: Error) => `${error.name}: ${error.message}`,
      ),
    inFolder: (name: string): string => path.join(folder, name),
  };
}
