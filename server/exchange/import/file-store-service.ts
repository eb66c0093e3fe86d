import { rm } from 'node:fs/promises';
import path from 'node:path';
import { listedName } from '../../notes/attachments/file-name.ts';
import { newId } from '../../shared/ids.ts';
import { kindOfFile } from '../../web/upload-type.ts';
import { writeDurably } from '../durable-file-service.ts';
import type { Element } from '../refi/element.ts';
import type { Remarks } from '../refi/refusal.ts';
import { findInternal, type ProjectFile } from './project-file-service.ts';
import type { KeptFile } from './source-rows.ts';

/** Writes files of an import into the uploads folder, and can take all of them away again. */
export type FileStore = {
  keepFilesOf: (file: ProjectFile, unit: Element, remarks: Remarks) => Promise<KeptFile[]>;
  keep: (pieces: AsyncIterable<Buffer>, name: string) => Promise<Omit<KeptFile, 'guid' | 'entry'>>;
  removeAll: () => Promise<void>;
};

/** `claim` is told of each file before it is written. */
export function openFileStore(folder: string, claim: (file: string) => void = () => {}): FileStore {
  const written: string[] = [];

  async function keep(pieces: AsyncIterable<Buffer>, name: string): Promise<Omit<KeptFile, 'guid' | 'entry'>> {
    const ending = /\.([a-z0-9]{1,8})$/.exec(name.toLowerCase())?.[1] ?? 'bin';
    const storedName = `${newId()}.${ending}`;
    const file = path.join(folder, storedName);
    claim(file);
    written.push(file);
    const { byteLength, sha256 } = await writeDurably(file, pieces);
    const kind = byteLength === 0 ? undefined : await kindOfFile(file);
    return {
      fileName: kind ? listedName(name, kind.extension) : listedName(name, ending),
      mediaType: kind?.mediaType ?? 'application/octet-stream',
      byteLength,
      sha256,
      storedName,
    };
  }

  return {
    keep,
    async keepFilesOf(file, unit, remarks) {
      const kept: KeptFile[] = [];
      for (const [attribute, of] of pathsOf(unit)) {
        const wanted = of.attributes[attribute]!;
        const name = findInternal(file.archive, wanted);
        const where = of.attributes.name ?? of.attributes.guid;
        if (name === undefined) {
          remarks.add(
            'lost',
            wanted.startsWith('internal://')
              ? 'Documents, pictures or recordings that the project refers to are not in the file.'
              : 'Documents, pictures or recordings lie outside the file, on the machine that wrote it; they are not fetched.',
            where,
          );
          continue;
        }
        const entry = file.archive!.files.get(name)!;
        if (entry.uncompressedSize === 0) {
          remarks.add('lost', 'Files without any content were left out.', where);
          continue;
        }
        const written = await keep(file.archive!.read(entry), fileName(of.attributes.name, name));
        kept.push({ ...written, entry: name, guid: `${of.attributes.guid ?? ''} ${attribute}` });
      }
      return kept;
    },
    async removeAll() {
      for (const name of written) await rm(name, { force: true });
    },
  };
}

function pathsOf(unit: Element): ['richTextPath' | 'path', Element][] {
  const inside = unit.children.filter(
    ({ attributes }) => attributes.richTextPath !== undefined || attributes.path !== undefined,
  );
  return [unit, ...inside].flatMap((of): ['richTextPath' | 'path', Element][] =>
    (['richTextPath', 'path'] as const)
      .filter((attribute) => (of.attributes[attribute] ?? '') !== '')
      .map((attribute): ['richTextPath' | 'path', Element] => [attribute, of]),
  );
}

// The source's own name says more than the GUID that its file is called by.
function fileName(given: string | undefined, entry: string): string {
  const ending = path.posix.extname(entry);
  const name = (given ?? '').trim();
  if (name === '') return entry;
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`;
}
