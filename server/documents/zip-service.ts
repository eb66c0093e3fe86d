import { Readable } from 'node:stream';
import yazl from 'yazl';
import { inPieces, type Part } from './parts.ts';

// The first day that a ZIP knows, whatever the day is: the same parts make the same bytes.
const OPTIONS = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true } as const;
// Level 1 takes a third of the time of level 6, and a file of extracts is a sixth larger.
const LEVEL = 1;

/**
 * The ZIP of `parts`, made as it is read: no part is begun before its turn, and no more than a few pieces are in memory.
 * Compressing happens on other threads. Who stops reading ends it, and the parts with it.
 */
export async function* zipped(parts: readonly Part[]): AsyncGenerator<Buffer> {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  const open = new Set<Readable>();
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, content } of parts)
    zip.addReadStreamLazy(name, { ...OPTIONS, compressionLevel: LEVEL }, (done) => {
      const stream = Readable.from(inPieces(content), { highWaterMark: 2 });
      open.add(stream);
      stream.once('error', (error) => output.destroy(error)).once('close', () => open.delete(stream));
      done(null, stream);
    });
  zip.end();
  try {
    for await (const piece of output) yield piece as Buffer;
  } finally {
    for (const stream of open) stream.destroy();
  }
}
