import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeDurable } from '../database/data-folder.ts';
import { measured } from './measured.ts';

/** Writes a new file of `pieces`, which nobody else may read: once this resolves, a crash cannot take it away. */
export async function writeDurably(
  file: string,
  pieces: AsyncIterable<Buffer>,
): Promise<{ byteLength: number; sha256: string }> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const { pieces: passing, result } = measured(pieces);
  await pipeline(passing, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  await makeDurable(file);
  return result();
}
